/**
 * A node's run directory in memory, with the verbs that work on it, for tests: each verb may be given a
 * hook that kills it or lets others run before any of its file operations.
 */
import { prefixOf } from '../address/index.ts';
import type { Address, Cidr, Prefix } from '../address/types.ts';
import { bookPool } from '../book/index.ts';
import type { Pool } from '../membership/types.ts';
import type { Result } from '../result.ts';
import { type AttachRefusal, attach } from './attach.ts';
import type { Attachment } from './attachment.ts';
import type { HeldAddress } from './entry.ts';
import { type RunPlace, runPlace } from './layout.ts';
import { createMemoryFiles, type MemoryFiles, type MemoryFilesOptions } from './memoryFiles.ts';
import { openPlace, publishBlock, publishPool } from './publish.ts';
import { sweep } from './sweep.ts';
import type { FileError, Files } from './types.ts';
import { detach } from './undo.ts';

/** One pool with its open blocks. */
export interface TestPool {
  readonly pool: Pool;
  readonly blocks: readonly Cidr[];
}

export interface TestbedOptions {
  readonly pools: readonly TestPool[];
  readonly restMs?: number;
  readonly countsLinks?: boolean;
}

/** What an ADD of the testbed may be told. */
export interface AddOptions {
  readonly files?: Files;
  readonly requested?: readonly Address[];
  readonly excluded?: readonly Prefix[];
  readonly pools?: readonly string[];
  /** Default: one for all. */
  readonly netns?: string;
  /** Called when nothing is free; true to look again. Default: gives up. */
  readonly wait?: (pool: string) => boolean;
  /** As `AttachContext` has it. */
  readonly repeat?: 'refuse' | 'answer';
}

export type AddResult = Result<readonly HeldAddress[], AttachRefusal>;

export interface Testbed {
  readonly files: MemoryFiles;
  readonly place: RunPlace;
  /** Moves the wall clock. */
  pass(ms: number): void;
  nowMs(): number;
  add(attachment: Attachment, options?: AddOptions): AddResult;
  del(attachment: Attachment, files?: Files): FileError;
  sweep(files?: Files): void;
  /** Everything that claims leave, in blocks and attachments, without what rests. */
  remains(): readonly string[];
  /** A view of the same disk with a hook. */
  hooked(before: NonNullable<MemoryFilesOptions['before']>): MemoryFiles;
}

/** A pool named `default` of 10.244.0.0/16 with blocks of four addresses: /30. */
export function smallPool(...blocks: readonly Cidr[]): TestPool {
  const pool = {
    name: 'default',
    prefix: '10.244.0.0/16',
    blockLength: 30,
    subnet: 'pool',
  } as const;
  return { pool, blocks };
}

/** A pool named `six` of fd00::/64 with blocks of four addresses. */
export function smallPool6(...blocks: readonly Cidr[]): TestPool {
  const pool = { name: 'six', prefix: 'fd00::/64', blockLength: 126, subnet: 'pool' } as const;
  return { pool, blocks };
}

export function createTestbed(options: TestbedOptions): Testbed {
  const { pools, restMs = 30_000, countsLinks = true } = options;
  let nowMs = 1_000_000;
  let claims = 0;
  const files = createMemoryFiles({ nowMs: () => nowMs, countsLinks });
  const place = runPlace('/run', 'b00701d0') as RunPlace;
  files.mkdir('/run');
  openPlace(files, place);
  for (const { pool, blocks } of pools) {
    publishPool(files, place, pool, restMs);
    for (const block of blocks) publishBlock(files, place, pool.name, prefixOf(block));
  }
  const wishesOf = ({ requested = [], excluded = [], pools: names }: AddOptions) =>
    pools
      .filter(({ pool }) => names?.includes(pool.name) ?? true)
      .map(({ pool }, at) => {
        const wish = { pool: { ...bookPool(pool), restMs }, excluded };
        const address = requested[at];
        return address === undefined ? wish : { ...wish, requested: address };
      });
  return {
    files,
    place,
    pass(ms) {
      nowMs += ms;
    },
    nowMs: () => nowMs,
    add(attachment, add = {}) {
      const context = {
        files: add.files ?? files,
        place,
        attachment,
        netns: add.netns ?? '/run/netns/test',
        newClaim: () => (claims++).toString(16).padStart(16, '0'),
        wallMs: () => nowMs,
        waitForSpace: add.wait ?? (() => false),
        repeat: add.repeat ?? 'refuse',
      };
      return attach(context, wishesOf(add));
    },
    del: (attachment, by = files) => detach(by, place, attachment),
    sweep(by = files) {
      sweep(by, place, { wallMs: nowMs });
    },
    remains: () =>
      files
        .tree()
        .filter((path) => /\/(blocks|draining)\/[^/]+\/|\/attachments\/[^/]+\//.test(path)),
    hooked: (before) => files.with({ before }),
  };
}
