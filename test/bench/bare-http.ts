/** What HTTP alone allows on this machine, under the same driver. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export interface BareHttp {
  port: number;
  stop(): Promise<void>;
}

export async function startBareHttp(): Promise<BareHttp> {
  const child = fork(path.join(import.meta.dirname, 'echo-server.js'), {
    stdio: ['ignore', 'pipe', 2, 'ipc'],
  });
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer];
  const stop = async () => {
    const ended = once(child, 'exit');
    child.disconnect();
    await ended;
  };
  return { port: Number(chunk.toString()), stop };
}
