// Loaded before a program (`node --import`): kills the process at one durable step of its life, as KILL_AT says.
//
// `before 3`: instead of the third COMMIT. `after 3`: as soon as the third COMMIT is durable. `sent 3`: after
// the third COMMIT, once everything that was then written to sockets has left.

import { Socket } from 'node:net';
import { DatabaseSync } from 'node:sqlite';

const [when = 'never', number = '0'] = (process.env['KILL_AT'] ?? '').split(' ');
const step = Number(number);
let commits = 0;
let unsent = 0;

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

const exec = DatabaseSync.prototype.exec;
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  if (sql !== 'COMMIT') return exec.call(this, sql);
  commits += 1;
  if (when === 'before' && commits === step) die();
  exec.call(this, sql);
  if (when === 'after' && commits === step) die();
};

if (when === 'sent') {
  const write = Socket.prototype.write as (...args: unknown[]) => boolean;
  Socket.prototype.write = function (this: Socket, ...args: unknown[]): boolean {
    if (commits < step) return write.apply(this, args);
    unsent += 1;
    const last = args.at(-1);
    const own = typeof last === 'function' ? (last as () => void) : undefined;
    const rest = own === undefined ? args : args.slice(0, -1);
    return write.call(this, ...rest, (...outcome: []) => {
      unsent -= 1;
      if (unsent === 0) setImmediate(() => unsent === 0 && die());
      own?.(...outcome);
    });
  } as Socket['write'];
}

process.on('exit', () => process.stdout.write(`commits ${commits}\n`));
