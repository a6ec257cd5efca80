/** The agent's log: JSON lines on stderr, written at once so that a crash loses none. */
import pino from 'pino';
import type { Log } from '../agent/index.ts';
import type { LogLevel } from '../config/index.ts';

/** A log that says everything from this level up. */
export function createLog(level: LogLevel): Log {
  return pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
}
