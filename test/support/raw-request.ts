import net from 'node:net';

/** What a server answers to these very bytes until it closes the connection; rejects if it does not in time. */
export function rawRequest(url: string, request: string | Buffer, patience = 5_000): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), hostname, () => socket.write(request));
    let answer = '';
    socket.setEncoding('latin1').on('data', (chunk) => (answer += chunk));
    socket.on('close', () => resolve(answer)).on('error', reject);
    socket.setTimeout(patience, () => {
      socket.destroy();
      reject(new Error(`it did not close the connection: ${answer}`));
    });
  });
}
