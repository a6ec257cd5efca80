/**
 * Frees what attachments hold whose network namespace is gone, for runtimes that call neither DEL nor GC.
 *
 * A wrong guess would give a running container's address away, a missed one costs an address until the next
 * boot. So a claim is freed only when all of these hold: its namespace was seen before; its name was missing
 * in two looks in a row, at least `apartMs` apart, with no look between that failed; no process is in the
 * namespace and it is mounted nowhere else; and the name is still missing after the claim was set aside,
 * when no ADD can answer it any more.
 */
import {
  attachmentPath,
  type Files,
  forget,
  freeAside,
  parseRecord,
  putBack,
  type RunPlace,
  recordPath,
  setAside,
} from '@hedgerow/core/claims';
import type { LeakReport } from '../report/index.ts';
import { createClaimList, type NamedClaim } from './claimList.ts';
import { judge, type Look } from './judge.ts';
import { leakReport } from './leakReport.ts';
import { readSights, type Sight, writeSights } from './sights.ts';
import type { Blind, LeakCollector, Namespaces } from './types.ts';

/** What the collector works on. */
export interface CollectorOptions {
  readonly files: Files;
  readonly place: RunPlace;
  readonly namespaces: Namespaces;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

/** Two looks must be this far apart. A little less than the minute between looks, which is not exact. */
export const apartMs = 55_000;
/** Claims that are judged before others get their turn. */
const slice = 256;

/** Has seen what an earlier run of the agent saw on this boot. */
export function createCollector(options: CollectorOptions): LeakCollector {
  const collector = new Collector(options);
  let last: Promise<unknown> = Promise.resolve();
  return {
    look(isDry) {
      const next = last.then(() => collector.look(isDry));
      last = next.catch(() => undefined);
      return next;
    },
  };
}

class Collector {
  readonly #options: CollectorOptions;
  readonly #list: () => Promise<readonly NamedClaim[]>;
  #sights: Map<string, Sight>;
  /** When a claim's namespace was first missing, by claim. */
  #goneMs: Map<string, number> = new Map();

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#list = createClaimList(options.files, options.place);
    this.#sights = readSights(options.files, options.place);
  }

  async look(isDry: boolean): Promise<readonly LeakReport[]> {
    const { namespaces, files, place } = this.#options;
    const look: Look = { namespaces, directories: new Map() };
    const sights = new Map<string, Sight>();
    const goneMs = new Map<string, number>();
    const due: NamedClaim[] = [];
    const reports: LeakReport[] = [];
    const tell = (named: NamedClaim, state: LeakReport['state'], reason: string): void => {
      reports.push(leakReport(files, place, named, state, reason));
    };
    for (const [at, named] of (await this.#list()).entries()) {
      if (at % slice === slice - 1) await new Promise((turn) => setImmediate(turn));
      const before = this.#sights.get(named.claim);
      const verdict = judge(look, named.netns, before);
      const sight = verdict.kind === 'present' ? verdict.sight : before;
      if (sight !== undefined) sights.set(named.claim, sight);
      if (verdict.kind === 'unknown') tell(named, 'kept', verdict.reason);
      if (verdict.kind !== 'gone') continue;
      const since = this.#goneMs.get(named.claim) ?? this.#options.nowMs();
      goneMs.set(named.claim, since);
      const leftMs = since + apartMs - this.#options.nowMs();
      if (leftMs <= 0) due.push(named);
      else tell(named, 'waiting', `${named.netns} is gone; ${secondLook(leftMs)}`);
    }
    this.#goneMs = goneMs;
    this.#keep(sights);
    for (const report of await this.#free(due, isDry)) reports.push(report);
    return reports;
  }

  #keep(sights: Map<string, Sight>): void {
    const { files, place } = this.#options;
    const isSame =
      sights.size === this.#sights.size &&
      [...sights].every(([claim, { inode, directory }]) => {
        const before = this.#sights.get(claim);
        return before?.inode === inode && before.directory === directory;
      });
    this.#sights = sights;
    if (!isSame) writeSights(files, place, sights);
  }

  async #free(due: readonly NamedClaim[], isDry: boolean): Promise<readonly LeakReport[]> {
    if (due.length === 0) return [];
    const { namespaces } = this.#options;
    const used = await namespaces.inUse();
    const reports: LeakReport[] = [];
    for (const named of due) {
      await new Promise((turn) => setImmediate(turn));
      reports.push(this.#freeUnused(named, used, isDry));
    }
    return reports;
  }

  #freeUnused(named: NamedClaim, used: ReadonlySet<string> | Blind, isDry: boolean): LeakReport {
    const { files, place } = this.#options;
    const inode = this.#sights.get(named.claim)?.inode ?? '';
    const tell = (state: LeakReport['state'], reason: string): LeakReport =>
      leakReport(files, place, named, state, reason);
    if ('problem' in used) return tell('kept', used.problem);
    const gone = `${named.netns} is gone`;
    if (used.has(inode)) return tell('kept', `${gone}, but something still uses its namespace`);
    if (isDry) return tell('due', gone);
    const report = tell('freed', gone);
    const failure = this.#freeOne(named);
    return failure === undefined ? report : { ...report, state: 'kept', reason: failure };
  }

  /** Frees one claim. Nothing waits in here. Answers why it did not, if so. */
  #freeOne({ attachment, claim, netns }: NamedClaim): string | undefined {
    const { files, place, namespaces } = this.#options;
    const read = files.readlink(recordPath(place, attachment, claim));
    const record = typeof read === 'string' ? undefined : parseRecord(read.target);
    if (record === undefined) return 'it was deleted meanwhile';
    const held = setAside(files, place, claim, record);
    if (typeof held === 'string') return `the run directory did not work (${held})`;
    if (!namespaces.isAbsent(netns)) {
      if (held !== undefined) putBack(files, place, held);
      return `${netns} came back`;
    }
    const error =
      held === undefined
        ? forget(files, place, attachment, claim)
        : freeAside(files, place, attachment, held);
    if (error === undefined) return undefined;
    if (held !== undefined) putBack(files, place, held);
    return `the run directory did not work (${error}): ${attachmentPath(place, attachment)}`;
  }
}

function secondLook(leftMs: number): string {
  return `it is freed if that is still so in ${Math.ceil(leftMs / 1000)} s`;
}
