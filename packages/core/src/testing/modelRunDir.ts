/** A run directory in short: the same states and outcomes as the real one, each operation in one piece. */
import type { Cidr } from '../address/types.ts';
import type { BlockUsage } from '../cluster/contract/index.ts';
import { advance, type Goal, type ModelBlock, restMs } from './modelBlocks.ts';
import { ModelNotes, type Note } from './modelNotes.ts';
import type { RunDir, RunDirParts, RunEvent } from './runDir.ts';
import type { Space } from './space.ts';

const taken = Number.POSITIVE_INFINITY;

interface Directory extends ModelBlock {
  told: boolean;
  wiped: Extract<RunEvent, { readonly type: 'wiped' }> | undefined;
  cursor: number;
  /** For each address until when it is not given: `taken`, or milliseconds. */
  readonly untilMs: Float64Array;
}

/** The directory as a table. */
export class ModelRunDir implements RunDir {
  private readonly byBlock = new Map<number, Directory>();
  /** In the order in which blocks were first published. */
  private readonly directories: Directory[] = [];
  private readonly attachments = new Map<string, readonly number[]>();
  private readonly space: Space;
  private readonly notes: ModelNotes;
  private events: RunEvent[] = [];
  private usageChanged = false;
  private searches = 0;

  constructor({ space, disk, machine }: RunDirParts) {
    this.space = space;
    this.notes = new ModelNotes(disk, machine);
  }

  get isWaiting(): boolean {
    if (this.usageChanged || this.events.length > 0) return true;
    for (const each of this.directories) {
      if (each.goal !== undefined && !each.told) return true;
    }
    return false;
  }

  aim(goal: Goal, pool: string, prefix: Cidr): void {
    const each = this.directory(pool, prefix);
    if (each.wiped !== undefined) {
      this.events.push(each.wiped);
      return;
    }
    if (each.goal === 'withdraw' && goal !== 'withdraw') return;
    // The count that led to a withdrawal may be old.
    if (goal === 'withdraw' && each.goal === 'publish' && each.where === 'open' && each.used > 0) {
      this.usageChanged = true;
      this.events.push({ type: 'published', pool, prefix });
      return;
    }
    each.goal = goal;
    each.told = false;
    if (goal === 'close') advance(each, this.notes, 0);
  }

  poll(nowMs: number): readonly RunEvent[] {
    const events = this.events.splice(0);
    for (const each of this.directories) {
      if (each.where !== 'absent' && !each.isMarked) each.goal ??= 'close';
      if (each.goal === undefined || each.told) continue;
      const step = advance(each, this.notes, nowMs);
      if (step === 'waiting') continue;
      each.told = true;
      if (step === 'closed') continue;
      if (step.type === 'withdrawn') each.goal = undefined;
      if (step.type === 'withdrawn') each.withdrawnHere = true;
      if (step.type === 'published') each.withdrawnHere = false;
      if (step.type === 'wiped') each.wiped = step;
      events.push(step);
    }
    if (this.usageChanged) {
      this.usageChanged = false;
      events.push({ type: 'usage', blocks: this.usage() });
    }
    return events;
  }

  agentStarted(): readonly BlockUsage[] {
    this.events = [];
    const inPlace = new Map<number, Note>();
    for (const each of this.directories) {
      if (each.where !== 'absent') inPlace.set(each.block, each.where);
      each.wiped = undefined;
      each.goal = undefined;
      each.told = false;
      each.withdrawnHere = false;
    }
    this.notes.start(inPlace);
    this.usageChanged = true;
    return this.directories
      .filter(({ where }) => where !== 'absent')
      .map(({ pool, prefix, used }) => ({ pool, prefix, used }));
  }

  add(attachment: string, pools: readonly string[], nowMs: number): readonly number[] | undefined {
    if (this.attachments.has(attachment)) return undefined;
    const found = pools.map((pool) => this.search(pool, nowMs));
    if (found.includes(-1)) return undefined;
    for (const address of found) {
      const each = this.byBlock.get(address >> 8) as Directory;
      each.untilMs[address & 255] = taken;
      each.used += 1;
    }
    this.usageChanged = true;
    this.attachments.set(attachment, found);
    return found;
  }

  del(attachment: string, nowMs: number): readonly number[] {
    const held = this.held(attachment);
    this.attachments.delete(attachment);
    for (const address of held) {
      const each = this.byBlock.get(address >> 8);
      if (each?.untilMs[address & 255] !== taken) continue;
      each.untilMs[address & 255] = nowMs + restMs;
      each.used -= 1;
      each.freedMs = nowMs;
      this.usageChanged = true;
    }
    return held;
  }

  held(attachment: string): readonly number[] {
    return this.attachments.get(attachment) ?? [];
  }

  reboot(): void {
    this.notes.reboot();
    this.byBlock.clear();
    this.directories.length = 0;
    this.attachments.clear();
  }

  wipe(): void {
    for (const each of this.directories) {
      each.where = 'absent';
      each.isAside = false;
    }
    this.tidy();
  }

  tidy(): void {
    this.notes.wipe();
    for (const each of this.directories) {
      each.isMarked = false;
      each.used = 0;
      each.untilMs.forEach((untilMs, at) => {
        if (untilMs === taken) each.untilMs[at] = 0;
      });
      if (each.goal !== undefined && each.wiped === undefined) each.told = false;
    }
    this.attachments.clear();
    this.usageChanged = true;
  }

  private search(pool: string, nowMs: number): number {
    const { directories } = this;
    const start = this.searchStart();
    for (let step = 0; step < directories.length; step += 1) {
      const each = directories[(start + step) % directories.length] as Directory;
      if (each.pool !== pool || each.where !== 'open' || !each.isMarked) continue;
      const addresses = this.space.addressesOf(each.block);
      if (each.used >= addresses.length) continue;
      for (let next = 0; next < addresses.length; next += 1) {
        const at = (each.cursor + next) % addresses.length;
        const address = addresses[at] as number;
        if ((each.untilMs[address & 255] as number) > nowMs) continue;
        each.cursor = at + 1;
        return address;
      }
    }
    return -1;
  }

  /** Now and then a search starts elsewhere, so that no block is safe from being used just now. */
  private searchStart(): number {
    this.searches += 1;
    if (this.searches % 4 !== 0) return 0;
    return (this.searches / 4) % Math.max(1, this.directories.length);
  }

  private usage(): readonly BlockUsage[] {
    const blocks: BlockUsage[] = [];
    for (const { pool, prefix, used } of this.directories) {
      if (used > 0) blocks.push({ pool, prefix, used });
    }
    return blocks;
  }

  private directory(pool: string, prefix: Cidr): Directory {
    const block = this.space.range(pool, prefix).from;
    let each = this.byBlock.get(block);
    if (each === undefined) {
      each = {
        block,
        pool,
        prefix,
        where: 'absent',
        isMarked: false,
        isAside: false,
        withdrawnHere: false,
        goal: undefined,
        told: false,
        wiped: undefined,
        used: 0,
        freedMs: Number.NEGATIVE_INFINITY,
        cursor: 0,
        untilMs: new Float64Array(256),
      };
      this.byBlock.set(block, each);
      this.directories.push(each);
    }
    return each;
  }
}
