// The run directory as it is, under the simulator: the plugin's claims and the agent's block keeper, both as they
// ship, over files in memory. Plugins are killed now and then before one of their file operations; the
// runtime then repeats the call, as runtimes do.

import type { Cidr } from '@hedgerow/core/address';
import { formatAddress } from '@hedgerow/core/address';
import { bookPool } from '@hedgerow/core/book';
import {
  type Attachment,
  attach,
  claimsOf,
  createMemoryFiles,
  detach,
  type FileError,
  type Files,
  heldBy,
  type MemoryFiles,
  openPlace,
  poolPath,
  publishPool,
  type RunPlace,
  runPlace,
  sweep,
} from '@hedgerow/core/claims';
import type { BlockUsage } from '@hedgerow/core/cluster';
import type { RunDir, RunDirParts, RunEvent } from '@hedgerow/core/testing';
import { readBlockNotes } from '../../packages/node-agent/src/rundir/blockNotes.ts';
import {
  type BlockKeeper,
  createBlockKeeper,
} from '../../packages/node-agent/src/rundir/keeper.ts';
import { noteStore, removeBelow } from './claimsAround.ts';

const root = '/run';
const restMs = 30_000;
/** One call in so many is killed before one of its first operations. */
const killOneIn = 20;
const operations = 24;
/** The agent looks for orphans once in so many looks. */
const sweepEvery = 60;

/** Operations that change something. */
const changes: ReadonlySet<string> = new Set(['mkdir', 'rmdir', 'rename', 'unlink', 'symlink']);

class Killed extends Error {}

/** A run directory for `ClusterOptions.runDir`. */
export function claimsRunDir(parts: RunDirParts): ClaimsRunDir {
  return new ClaimsRunDir(parts);
}

export class ClaimsRunDir implements RunDir {
  /** Called before each change that the agent makes to files and notes: what it throws kills the agent there. */
  beforeChange: () => void = () => undefined;
  /** What calls were killed in, and how many. */
  kills = 0;
  private readonly files: MemoryFiles;
  private readonly parts: RunDirParts;
  private place: RunPlace;
  private keeper: BlockKeeper;
  private events: RunEvent[] = [];
  private boots = 0;
  private polls = 0;
  private isDirty = true;

  constructor(parts: RunDirParts) {
    this.parts = parts;
    this.files = createMemoryFiles({ nowMs: parts.wallMs });
    this.files.mkdir(root);
    this.place = this.newPlace();
    this.keeper = this.newKeeper();
  }

  get isWaiting(): boolean {
    return this.isDirty || this.events.length > 0 || this.keeper.problems().length > 0;
  }

  aim(goal: 'publish' | 'withdraw' | 'close', pool: string, prefix: Cidr): void {
    this.keeper[goal]({ pool, prefix });
    this.isDirty = true;
  }

  poll(): readonly RunEvent[] {
    this.isDirty = false;
    this.layOut();
    this.keeper.poll();
    this.polls += 1;
    if (this.polls % sweepEvery === 0)
      sweep(this.files, this.place, { wallMs: this.parts.wallMs() });
    return this.events.splice(0);
  }

  agentStarted(): readonly BlockUsage[] {
    this.events = [];
    this.layOut();
    this.keeper = this.newKeeper();
    this.isDirty = true;
    return this.keeper.find(this.parts.space.all.map(({ name }) => name));
  }

  add(container: string, pools: readonly string[]): readonly number[] | undefined {
    this.isDirty = true;
    const wishes = this.parts.space.all
      .filter(({ name }) => pools.includes(name))
      .map((pool) => ({ pool: { ...bookPool(pool), restMs }, excluded: [] }));
    const isRepeated = this.held(container).length > 0;
    const call = (files: Files): ReturnType<typeof attach> =>
      attach(
        {
          files,
          place: this.place,
          attachment: attachmentOf(container),
          netns: `/run/netns/${container}`,
          newClaim: () => this.hex() + this.hex(),
          wallMs: this.parts.wallMs,
          waitForSpace: () => false,
        },
        wishes,
      );
    let done = this.killable(call);
    // Killed with all in place: its runtime takes that back and begins anew.
    if (!done.ok && done.error.code === 'held' && !isRepeated) {
      detach(this.files, this.place, attachmentOf(container));
      done = call(this.files);
    }
    if (!done.ok) return undefined;
    return done.value.map(({ pool, address }) =>
      this.parts.space.numberOf(pool, formatAddress(address)),
    );
  }

  del(container: string): readonly number[] {
    this.isDirty = true;
    const held = this.held(container);
    this.killable((files): FileError => detach(files, this.place, attachmentOf(container)));
    return held;
  }

  held(container: string): readonly number[] {
    const {
      files,
      place,
      parts: { space },
    } = this;
    const attachment = attachmentOf(container);
    const claims = claimsOf(files, place, attachment);
    if (typeof claims === 'string') return [];
    const held = heldBy({ files, place, attachment }, claims);
    return space.all.flatMap(({ name }) =>
      held
        .filter(({ pool }) => pool === name)
        .map(({ address }) => space.numberOf(name, formatAddress(address))),
    );
  }

  /** Memory files do not outlive a boot; durable notes do, and are of another one. */
  reboot(): void {
    this.wipe();
    this.place = this.newPlace();
  }

  wipe(): void {
    removeBelow(this.files, root, ['directory', 'file', 'symlink']);
    this.isDirty = true;
  }

  tidy(): void {
    removeBelow(this.files, root, ['symlink']);
    this.isDirty = true;
  }

  private layOut(): void {
    const { files, place } = this;
    openPlace(files, place);
    for (const pool of this.parts.space.all) {
      if (typeof files.lstat(`${poolPath(place, pool.name)}/pool.json`) === 'string') {
        publishPool(files, place, pool, restMs);
      }
    }
  }

  private get bootId(): string {
    const hex = (number: number): string => number.toString(16).padStart(4, '0');
    return `${hex(this.parts.machine)}-${hex(this.boots)}`;
  }

  private newPlace(): RunPlace {
    this.boots += 1;
    return runPlace(root, this.bootId) as RunPlace;
  }

  private newKeeper(): BlockKeeper {
    const { place } = this;
    const { disk, wallMs } = this.parts;
    const files = this.files.with({
      before: ({ name }) => {
        if (changes.has(name)) this.beforeChange();
      },
    });
    const store = noteStore(disk);
    const watched = {
      ...store,
      putNotes: (notes: Parameters<typeof store.putNotes>[0]) => {
        this.beforeChange();
        return store.putNotes(notes);
      },
    };
    const notes = readBlockNotes(watched, this.bootId, files, place);
    if (!notes.ok) throw new Error(notes.error.message);
    const context = { files, place, notes: notes.value, restMs, wallMs };
    return createBlockKeeper(context, (event) => this.events.push(event));
  }

  /** Runs a call of the plugin; one that is killed is repeated whole. */
  private killable<R>(call: (files: Files) => R): R {
    if (this.parts.random() * killOneIn >= 1) return call(this.files);
    let left = Math.floor(this.parts.random() * operations);
    const before = (): void => {
      left -= 1;
      if (left < 0) throw new Killed();
    };
    try {
      return call(this.files.with({ before }));
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.kills += 1;
      return call(this.files);
    }
  }

  private hex(): string {
    return Math.floor(this.parts.random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  }
}

function attachmentOf(container: string): Attachment {
  return { network: 'simulated', containerId: container, ifname: 'eth0' };
}
