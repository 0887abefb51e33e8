import { createHash } from 'node:crypto';
import { rename, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';

/**
 * Of the processes that use one data folder, one supervises its Postgres; the others follow and are told, by the
 * end of a connection, when that one has gone. The seat is a socket that the supervisor listens on: the kernel
 * gives it up with the process, so that no number left in a file can name the wrong one.
 */
export type Seat =
  | { kind: 'leading'; leave(): Promise<void> }
  | { kind: 'following'; vacated: Promise<void>; leave(): Promise<void> };

export async function takeSeat(run: string): Promise<Seat> {
  const address =
    process.platform === 'win32'
      ? `\\\\.\\pipe\\dateline-${createHash('sha256').update(run).digest('hex').slice(0, 16)}`
      : path.join(run, 'supervisor.sock');
  for (;;) {
    const server = await listen(address);
    if (server !== undefined) return leading(server);
    const socket = await reach(address);
    if (socket !== undefined) return following(socket);
    await clearAway(address);
  }
}

/**
 * Removes the file that a killed supervisor left. Another process may be doing the same and have taken the seat
 * in between, so the file is moved aside first and, if somebody does listen at it, put back.
 */
async function clearAway(address: string): Promise<void> {
  const aside = `${address}.${process.pid}`;
  try {
    await rename(address, aside);
  } catch {
    return;
  }
  const socket = await reach(aside);
  socket?.destroy();
  await (socket === undefined ? unlink(aside) : rename(aside, address));
}

function leading(server: Server): Seat {
  const followers = new Set<Socket>();
  server.on('connection', (socket) => {
    followers.add(socket.unref().resume());
    socket.on('error', () => {}).on('close', () => followers.delete(socket));
  });
  server.unref();
  const leave = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const follower of followers) follower.destroy();
    });
  return { kind: 'leading', leave };
}

function following(socket: Socket): Seat {
  const vacated = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  socket.unref().resume();
  const leave = async () => {
    socket.destroy();
    await vacated;
  };
  return { kind: 'following', vacated, leave };
}

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(address, () => resolve(server));
  });
}

function reach(address: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNREFUSED' || error.code === 'ENOENT' ? resolve(undefined) : reject(error),
    );
  });
}
