/**
 * Makes a failing script short: by delta debugging (Zeller and Hildebrandt, TSE 2002) over everything that
 * was done and everything that went wrong on the network, until nothing more can be left out.
 */
import type { NetFault } from './network.ts';
import { simulate } from './simulate.ts';
import type { Action, ClusterOptions, Script, Violation } from './types.ts';

type Event = { readonly action: Action } | { readonly net: NetFault };

/** A short script, and what it breaks. */
export interface Shrunk {
  readonly script: Script;
  readonly violation: Violation;
  /** Things done, and network faults. */
  readonly events: number;
  readonly runs: number;
}

/** Runs at most. A script that is not minimal by then is still a failing one. */
const defaultRuns = 2_000;

/**
 * The shortest script found that breaks the same promise. `listed` must fail: it is what `simulate` gave
 * back for the failing run. Undefined when it does not fail, which would be a fault of this harness.
 */
export function shrink(
  listed: Script,
  options: ClusterOptions = {},
  maxRuns: number = defaultRuns,
): Shrunk | undefined {
  if ('faults' in listed.events) return undefined;
  let runs = 0;
  const check = (script: Script): Violation | undefined => {
    runs += 1;
    return simulate(script, { ...options, isTraced: false }).violation;
  };
  const first = check(listed);
  if (first === undefined) return undefined;
  let violation = first;
  const fails = (events: readonly Event[]): boolean => {
    const found = runs < maxRuns ? check(scriptOf(listed, events, first.atMs)) : undefined;
    if (found?.invariant !== first.invariant) return false;
    violation = found;
    return true;
  };
  const { actions, net } = listed.events;
  const all: readonly Event[] = [
    ...actions.map((action) => ({ action })),
    ...net.map((fault) => ({ net: fault })),
  ];
  const left = reduce(all, fails);
  const script = scriptOf(listed, left, first.atMs);
  return { script, violation, events: left.length, runs };
}

function scriptOf(from: Script, events: readonly Event[], failedMs: number): Script {
  const actions = events.flatMap((event) => ('action' in event ? [event.action] : []));
  const net = events.flatMap((event) => ('net' in event ? [event.net] : []));
  // What failed after healing needs the time before it only as long as things are done.
  const last = actions.at(-1)?.atMs ?? 0;
  const lastsMs = failedMs > from.lastsMs ? Math.min(from.lastsMs, last + 60_000) : from.lastsMs;
  const writeErrors = 'faults' in from.events ? 0 : from.events.writeErrors;
  return { ...from, lastsMs, events: { actions, net, writeErrors } };
}

/** Leaves out ever smaller parts for as long as the rest still fails. */
function reduce<T>(all: readonly T[], fails: (rest: readonly T[]) => boolean): readonly T[] {
  let left = all;
  if (left.length > 0 && fails([])) return [];
  for (
    let size = Math.ceil(left.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    let isSmaller = true;
    while (isSmaller) {
      isSmaller = false;
      for (let at = left.length - size; at > -size; at -= size) {
        const from = Math.max(0, at);
        const rest = [...left.slice(0, from), ...left.slice(at + size)];
        if (rest.length === left.length || !fails(rest)) continue;
        left = rest;
        isSmaller = true;
      }
      if (size > 1) break;
    }
  }
  return left;
}
