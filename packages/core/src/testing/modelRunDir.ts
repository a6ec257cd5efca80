/** A run directory in short: the same states and outcomes as the real one, each operation in one piece. */
import type { Cidr } from '../address/types.ts';
import type { BlockUsage } from '../cluster/contract/index.ts';
import type { RunDir, RunEvent } from './runDir.ts';
import type { Space } from './space.ts';

type Goal = 'publish' | 'withdraw' | 'close';

interface Directory {
  readonly block: number;
  readonly pool: string;
  readonly prefix: Cidr;
  /** Durable note of this boot. */
  note: 'none' | 'open' | 'closed' | 'draining' | 'removed';
  where: 'absent' | 'open' | 'draining';
  /** This agent process reported the withdrawal: the next publication is a new one. */
  withdrawnHere: boolean;
  /** What this agent process wants, and whether it has told the outcome. */
  goal: Goal | undefined;
  told: boolean;
  used: number;
  freedMs: number;
  cursor: number;
  /** For each address until when it is not given: `taken`, or milliseconds. */
  readonly untilMs: Float64Array;
}

const taken = Number.POSITIVE_INFINITY;
/** Milliseconds for which a freed address is not given again. */
const restMs = 30_000;

/** The directory as a table. */
export class ModelRunDir implements RunDir {
  private readonly byBlock = new Map<number, Directory>();
  /** In the order in which blocks were first published. */
  private readonly directories: Directory[] = [];
  private readonly attachments = new Map<string, readonly number[]>();
  private readonly space: Space;
  private usageChanged = false;
  private searches = 0;

  constructor(space: Space) {
    this.space = space;
  }

  get isWaiting(): boolean {
    if (this.usageChanged) return true;
    for (const each of this.directories) {
      if (each.goal !== undefined && !each.told) return true;
    }
    return false;
  }

  aim(goal: Goal, pool: string, prefix: Cidr): void {
    const directory = this.directory(pool, prefix);
    if (directory.goal === 'withdraw' && goal !== 'withdraw') return;
    directory.goal = goal;
    directory.told = false;
    if (goal === 'close') this.close(directory);
  }

  poll(nowMs: number): readonly RunEvent[] {
    const events: RunEvent[] = [];
    for (const each of this.directories) {
      if (each.goal === undefined || each.told) continue;
      const type = this.advance(each, nowMs);
      if (type === 'waiting') continue;
      each.told = true;
      if (type === 'withdrawn') each.goal = undefined;
      if (type !== 'closed') events.push({ type, pool: each.pool, prefix: each.prefix });
    }
    if (this.usageChanged) {
      this.usageChanged = false;
      events.push({ type: 'usage', blocks: this.usage() });
    }
    return events;
  }

  agentStarted(): readonly BlockUsage[] {
    for (const each of this.directories) {
      each.goal = undefined;
      each.told = false;
      each.withdrawnHere = false;
    }
    this.usageChanged = true;
    return this.directories
      .filter(({ where }) => where !== 'absent')
      .map(({ pool, prefix, used }) => ({ pool, prefix, used }));
  }

  add(attachment: string, pools: readonly string[], nowMs: number): readonly number[] | undefined {
    const held = this.attachments.get(attachment);
    if (held !== undefined) return held;
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
    this.byBlock.clear();
    this.directories.length = 0;
    this.attachments.clear();
  }

  wipe(): void {
    for (const each of this.directories) {
      each.where = 'absent';
      each.used = 0;
      each.untilMs.forEach((untilMs, at) => {
        if (untilMs === taken) each.untilMs[at] = 0;
      });
      if (each.goal !== undefined) each.told = false;
    }
    this.attachments.clear();
    this.usageChanged = true;
  }

  private advance(each: Directory, nowMs: number): 'closed' | 'waiting' | BlockEvent {
    if (each.goal === 'withdraw') return this.withdraw(each, nowMs);
    if (each.goal === 'close') return this.close(each);
    // An earlier process had begun to take it away: that is finished first.
    if (each.note === 'draining') return this.withdraw(each, nowMs);
    if (each.note === 'removed' && !each.withdrawnHere) return this.withdraw(each, nowMs);
    if (each.note === 'closed' || each.where === 'draining') return this.withdraw(each, nowMs);
    if (each.note === 'open' && each.where === 'absent') return 'wiped';
    each.note = 'open';
    each.where = 'open';
    return 'published';
  }

  private withdraw(each: Directory, nowMs: number): 'waiting' | BlockEvent {
    if (each.where === 'absent') {
      if (each.note === 'open' || each.note === 'closed' || each.note === 'draining')
        return 'wiped';
      return this.withdrawn(each);
    }
    each.note = 'draining';
    each.where = 'draining';
    if (each.used > 0 || nowMs < each.freedMs + restMs) return 'waiting';
    each.where = 'absent';
    return this.withdrawn(each);
  }

  private withdrawn(each: Directory): 'withdrawn' {
    each.note = 'removed';
    each.withdrawnHere = true;
    return 'withdrawn';
  }

  private close(each: Directory): 'closed' | 'wiped' {
    if (each.where === 'absent')
      return each.note === 'none' || each.note === 'removed' ? 'closed' : 'wiped';
    each.note = 'closed';
    each.where = 'draining';
    return 'closed';
  }

  private search(pool: string, nowMs: number): number {
    const { directories } = this;
    const start = this.searchStart();
    for (let step = 0; step < directories.length; step += 1) {
      const each = directories[(start + step) % directories.length] as Directory;
      if (each.pool !== pool || each.where !== 'open') continue;
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
        note: 'none',
        where: 'absent',
        withdrawnHere: false,
        goal: undefined,
        told: false,
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

type BlockEvent = 'published' | 'withdrawn' | 'wiped';
