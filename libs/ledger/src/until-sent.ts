import type { Client, PoolClient } from 'pg';

/**
 * Resolves when the operating system has taken all that was sent on a connection, or the connection is gone. It takes some
 * 200 kB at once, and the rest only when this process has nothing else to do: a server that is to begin with the next
 * statement while this process is busy must have been sent all of it before.
 */
export async function untilSent(client: PoolClient): Promise<void> {
  const { stream } = (client as PoolClient & Pick<Client, 'connection'>).connection;
  if (!stream.writableNeedDrain) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.once('drain', done).once('close', done);
  });
}
