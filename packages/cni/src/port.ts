import type { Files } from '@hedgerow/core/claims';

/** What the plugin needs of the machine it runs on. All calls are synchronous. */
export interface Port {
  readonly files: Files;
  /** An environment variable, or undefined. */
  env(name: string): string | undefined;
  /** All of standard input as text, or undefined when it has more than `maxBytes`. */
  readInput(maxBytes: number): string | undefined;
  /** Writes to standard output: nothing but the answer goes there. */
  answer(text: string): void;
  /** Writes a line to standard error. */
  log(line: string): void;
  /** Wall clock, milliseconds since the epoch. For resting addresses only. */
  wallMs(): number;
  /** `/proc/uptime` in seconds: the clock that the agent's heartbeat uses. */
  uptimeSeconds(): number;
  sleepMs(ms: number): void;
  /** 32 fresh random hex digits. */
  randomId(): string;
  /** Effective user id. */
  uid(): number;
  /** `/proc/sys/kernel/random/boot_id`. */
  bootId(): string;
}
