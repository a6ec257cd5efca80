/** What a simulated node wants of its run directory. A model stands behind it, or the real claim algorithms. */
import type { Cidr } from '../address/types.ts';
import type { BlockUsage } from '../cluster/contract/index.ts';
import type { Disk } from './disk.ts';
import type { Space } from './space.ts';

/** What became of a block, or of the use of all blocks, since the last look. */
export type RunEvent =
  | {
      /** What became of the block. */
      readonly type: 'published' | 'withdrawn';
      /** Name of its pool. */
      readonly pool: string;
      /** The block, canonical. */
      readonly prefix: Cidr;
    }
  | {
      /** Containers may use addresses of the block that look free. */
      readonly type: 'wiped';
      /** Name of its pool. */
      readonly pool: string;
      /** The block, canonical. */
      readonly prefix: Cidr;
      /** What is gone: the block, entries in it, or the number of the notes. */
      readonly lost: 'block' | 'entries' | 'notes';
    }
  | {
      /** How many addresses of each block are in use. */
      readonly type: 'usage';
      /** All blocks that are there. */
      readonly blocks: readonly BlockUsage[];
    };

/** What a run directory is made of. */
export interface RunDirParts {
  /** Turns addresses into numbers. */
  readonly space: Space;
  /** The database of the machine's agent, which keeps its notes: they go back with it. */
  readonly disk: Disk;
  /** Number of the machine: no two share a boot. */
  readonly machine: number;
  /** Wall clock of the machine, milliseconds. */
  readonly wallMs: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** The run directory of one machine, as its agent and its containers use it. */
export interface RunDir {
  /** Agent: where a block should be. Outcomes come from `poll`; what is to be closed is closed at once. */
  aim(goal: 'publish' | 'withdraw' | 'close', pool: string, prefix: Cidr): void;
  /** Agent: carries goals forward and tells what changed. */
  poll(nowMs: number): readonly RunEvent[];
  /** A new agent process looks at the same directory and the same durable notes. The blocks that lie there. */
  agentStarted(): readonly BlockUsage[];
  /** Plugin: one address of each pool for an attachment, all or none; undefined too when it holds some. */
  add(attachment: string, pools: readonly string[], nowMs: number): readonly number[] | undefined;
  /** Plugin: frees what an attachment holds and returns it. */
  del(attachment: string, nowMs: number): readonly number[];
  /** What an attachment holds. */
  held(attachment: string): readonly number[];
  /** The machine rebooted: directory and notes of this boot are gone. */
  reboot(): void;
  /** Somebody removed the directory while containers live. */
  wipe(): void;
  /** Somebody removed all links in it while containers live, and spared directories. */
  tidy(): void;
  /** True while something waits for a later `poll`. */
  readonly isWaiting: boolean;
}
