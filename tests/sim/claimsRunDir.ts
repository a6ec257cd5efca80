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
import type { RunDir, RunEvent, Space } from '@hedgerow/core/testing';
import { readBlockNotes } from '../../packages/node-agent/src/rundir/blockNotes.ts';
import {
  type BlockKeeper,
  createBlockKeeper,
} from '../../packages/node-agent/src/rundir/keeper.ts';

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
export function claimsRunDir(
  space: Space,
  wallMs: () => number,
  random: () => number,
): ClaimsRunDir {
  return new ClaimsRunDir(space, wallMs, random);
}

export class ClaimsRunDir implements RunDir {
  /** Called before each change that the agent makes to files and notes: what it throws kills the agent there. */
  beforeChange: () => void = () => undefined;
  /** What calls were killed in, and how many. */
  kills = 0;
  private readonly disk: MemoryFiles;
  private readonly stored = new Map<string, string>();
  private readonly space: Space;
  private readonly wallMs: () => number;
  private readonly random: () => number;
  private place: RunPlace;
  private keeper: BlockKeeper;
  private events: RunEvent[] = [];
  private boots = 0;
  private polls = 0;
  private isDirty = true;

  constructor(space: Space, wallMs: () => number, random: () => number) {
    this.space = space;
    this.wallMs = wallMs;
    this.random = random;
    this.disk = createMemoryFiles({ nowMs: wallMs });
    this.disk.mkdir(root);
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
    if (this.polls % sweepEvery === 0) sweep(this.disk, this.place, { wallMs: this.wallMs() });
    return this.events.splice(0);
  }

  agentStarted(): readonly BlockUsage[] {
    this.events = [];
    this.layOut();
    this.keeper = this.newKeeper();
    this.isDirty = true;
    return this.keeper.find(this.space.all.map(({ name }) => name));
  }

  add(container: string, pools: readonly string[]): readonly number[] | undefined {
    this.isDirty = true;
    const wishes = this.space.all
      .filter(({ name }) => pools.includes(name))
      .map((pool) => ({ pool: { ...bookPool(pool), restMs }, excluded: [] }));
    const done = this.killable((files) =>
      attach(
        {
          files,
          place: this.place,
          attachment: attachmentOf(container),
          netns: `/run/netns/${container}`,
          newClaim: () => this.hex() + this.hex(),
          wallMs: this.wallMs,
          waitForSpace: () => false,
        },
        wishes,
      ),
    );
    if (!done.ok) return undefined;
    return done.value.map(({ pool, address }) => this.space.numberOf(pool, formatAddress(address)));
  }

  del(container: string): readonly number[] {
    this.isDirty = true;
    const held = this.held(container);
    this.killable((files): FileError => detach(files, this.place, attachmentOf(container)));
    return held;
  }

  held(container: string): readonly number[] {
    const { disk: files, place, space } = this;
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
    removeBelow(this.disk, root);
    this.isDirty = true;
  }

  private layOut(): void {
    const { disk, place, space } = this;
    openPlace(disk, place);
    for (const pool of space.all) {
      if (typeof disk.lstat(`${poolPath(place, pool.name)}/pool.json`) === 'string') {
        publishPool(disk, place, pool, restMs);
      }
    }
  }

  private newPlace(): RunPlace {
    this.boots += 1;
    return runPlace(root, this.boots.toString(16).padStart(8, '0')) as RunPlace;
  }

  private newKeeper(): BlockKeeper {
    const { stored, place, wallMs } = this;
    const files = this.disk.with({
      before: ({ name }) => {
        if (changes.has(name)) this.beforeChange();
      },
    });
    const store = {
      notes: () => ({ ok: true as const, value: new Map(stored) }),
      putNotes: (notes: Readonly<Record<string, string | undefined>>) => {
        this.beforeChange();
        for (const [name, text] of Object.entries(notes)) stored.set(name, text ?? '');
        return { ok: true as const, value: undefined };
      },
    };
    const notes = readBlockNotes(store, this.boots.toString(16).padStart(8, '0'));
    if (!notes.ok) throw new Error(notes.error.message);
    const context = { files, place, notes: notes.value, restMs, wallMs };
    return createBlockKeeper(context, (event) => this.events.push(event));
  }

  /** Runs a call of the plugin; one that is killed is repeated whole. */
  private killable<R>(call: (files: Files) => R): R {
    if (this.random() * killOneIn >= 1) return call(this.disk);
    let left = Math.floor(this.random() * operations);
    const before = (): void => {
      left -= 1;
      if (left < 0) throw new Killed();
    };
    try {
      return call(this.disk.with({ before }));
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.kills += 1;
      return call(this.disk);
    }
  }

  private hex(): string {
    return Math.floor(this.random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  }
}

function attachmentOf(container: string): Attachment {
  return { network: 'simulated', containerId: container, ifname: 'eth0' };
}

function removeBelow(files: Files, path: string): void {
  const names = files.readdir(path);
  for (const name of typeof names === 'string' ? [] : names) {
    const child = `${path}/${name}`;
    const stat = files.lstat(child);
    if (typeof stat !== 'string' && stat.kind === 'directory') {
      removeBelow(files, child);
      files.rmdir(child);
    } else files.unlink(child);
  }
}
