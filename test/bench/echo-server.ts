/**
 * The bare limit of HTTP: Fastify that parses a body and answers 201 with a receipt's worth of JSON, in a
 * process of its own. Prints its port.
 */
import { fastify } from 'fastify';

const receipt = {
  id: 'append-1-123456',
  position: 123456,
  version: 1,
  recordedAt: '2025-08-29T04:00:00.000Z',
  leafHash: 'TTAgwXPv1Z1nUKUE4UwXPezIS/nOTRjGwkYeAOTJDcU=',
  bounds: { earliest: '2025-08-26T04:00:00.000Z', latest: '2025-08-26T04:00:01.000Z' },
  duplicate: false,
};

const server = fastify({ forceCloseConnections: true });
server.post('/echo', (_request, reply) => reply.code(201).send(receipt));
await server.listen({ port: 0, host: '127.0.0.1' });
const address = server.server.address();
if (address === null || typeof address === 'string') throw new Error('no port');
process.stdout.write(`${address.port}\n`);
process.once('disconnect', () => process.exit(0));
