/** Unix sockets that nobody else can open, and what to do with one that a killed agent left. */
import { existsSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { ok, type Result, refuse } from '@hedgerow/core';

/** Removes a stale socket. Refuses when somebody still listens there: `already-running`. */
export async function clearSocket(path: string): Promise<Result<true>> {
  if (!existsSync(path)) return ok(true);
  if (await answers(path)) {
    return refuse(
      'already-running',
      `Another agent already serves ${path}. Stop it first, or give this one its own --run directory.`,
    );
  }
  try {
    unlinkSync(path);
    return ok(true);
  } catch (error) {
    return refuse('socket', `Cannot remove the stale socket ${path}: ${(error as Error).message}`);
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Listens with mode 0600 from the first instant: the umask does it, for listen makes the file at once. */
export function listenPrivately(server: Server, path: string): Promise<Result<true>> {
  return new Promise((resolve) => {
    const onError = (error: Error): void => {
      resolve(refuse('socket', `Cannot listen on ${path}: ${error.message}`));
    };
    server.once('error', onError);
    const umask = process.umask(0o177);
    try {
      server.listen(path, () => {
        server.off('error', onError);
        resolve(ok(true));
      });
    } finally {
      process.umask(umask);
    }
  });
}
