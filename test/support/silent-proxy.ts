import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';

/** Stands between the service and a database that can fall silent: connections stay, and nothing comes through. */
export interface SilentProxy {
  /** The database's address, by way of this. */
  url: string;
  /** From now on nothing that either side sends arrives. */
  fallSilent(): void;
  /** The connection on which these words are sent ends a moment after; they arrive, and no answer does. */
  loseAnswerTo(words: string): void;
  /** Resolves once a connection is there. */
  connected(): Promise<void>;
  close(): void;
}

export async function silentProxy(databaseUrl: string): Promise<SilentProxy> {
  const address = new URL(databaseUrl);
  const folder = address.searchParams.get('host');
  const target = folder
    ? { path: `${folder}/.s.PGSQL.${address.port || 5432}` }
    : { host: address.hostname, port: Number(address.port || 5432) };
  let silent = false;
  let losing: string | undefined;
  const sockets = new Set<Socket>();
  const server = net.createServer((near) => {
    const far = net.connect(target as net.NetConnectOpts);
    let lost = false;
    near.on('data', (data) => {
      if (losing === undefined || !data.includes(losing)) return;
      lost = true;
      setTimeout(() => near.destroy(), 200);
    });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => !silent && !(lost && from === far) && to.write(data));
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  url.searchParams.delete('host');
  return {
    url: url.href,
    fallSilent: () => (silent = true),
    loseAnswerTo: (words) => (losing = words),
    connected: async () => {
      if (sockets.size === 0) await once(server, 'connection');
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
