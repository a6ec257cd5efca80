/**
 * Makes a failing script short, by delta debugging (Zeller and Hildebrandt, TSE 2002), coarse parts first:
 * less time and fewer nodes, whole kinds of events, then what happens to one node or between two, then
 * stretches of time, then single events; then fewer nodes, no failing writes, less time once more. Again, until
 * nothing more can be left out.
 *
 * Bounded by runs and by steps, not by a clock: the same script shrinks to the same end everywhere.
 */
import type { NetFault } from './network.ts';
import { simulate } from './simulate.ts';
import type { Action, ClusterOptions, Script, Violation } from './types.ts';

type Event = { readonly action: Action } | { readonly net: NetFault };
type Fails = (script: Listed) => boolean;

/** A script that lists what happens. */
interface Listed extends Omit<Script, 'events'> {
  readonly events: Extract<Script['events'], { readonly actions: readonly Action[] }>;
}

/** A short script, and what it breaks. */
export interface Shrunk {
  /** Replays with `simulate` and the options that it was found with. */
  readonly script: Script;
  /** What it breaks: the same promise as the script that it was made from. */
  readonly violation: Violation;
  /** Things done, and network faults. */
  readonly events: number;
  /** How often it was run to find out. */
  readonly runs: number;
}

/** When to stop. A script that is not minimal by then is still a failing one. */
export interface ShrinkLimits {
  /** Runs at most. Default 2000. */
  readonly maxRuns?: number;
  /** Of all runs together. */
  readonly maxSteps?: number;
}

const defaultRuns = 2_000;
const defaultSteps = 30_000_000;
/** What broke on the way is looked for until a little later than before; then the run ends. */
const graceMs = 120_000;
/** Looked at now and then, and for sure at the end. */
const sampled: ReadonlySet<string> = new Set(['S6', 'S7']);

/**
 * The shortest script found that breaks the same promise. `listed` must fail: it is what `simulate` gave
 * back for the failing run. Undefined when it does not fail, which would be a fault of this harness.
 */
export function shrink(
  listed: Script,
  options: ClusterOptions = {},
  { maxRuns = defaultRuns, maxSteps = defaultSteps }: ShrinkLimits = {},
): Shrunk | undefined {
  if (!isListed(listed)) return undefined;
  let runs = 0;
  let steps = 0;
  const check = (script: Listed, untilMs: number): Violation | undefined => {
    runs += 1;
    const outcome = simulate(script, { ...options, isTraced: false, untilMs });
    steps += outcome.steps;
    return outcome.violation;
  };
  const first = check(listed, Number.POSITIVE_INFINITY);
  if (first === undefined) return undefined;
  let violation = first;
  const fails: Fails = (script) => {
    if (runs >= maxRuns || steps >= maxSteps) return false;
    const isLate = violation.atMs > script.lastsMs;
    const isCut = !isLate && !sampled.has(first.invariant);
    const untilMs = isCut ? violation.atMs + graceMs : Number.POSITIVE_INFINITY;
    const found = check(script, untilMs);
    if (found?.invariant !== first.invariant) return false;
    violation = found;
    return true;
  };
  const script = shortest(listed, fails);
  return { script, violation, events: eventsOf(script).length, runs };
}

function isListed(script: Script): script is Listed {
  return 'actions' in script.events;
}

function shortest(listed: Listed, fails: Fails): Listed {
  let script = simpler(sooner(listed, fails), fails);
  for (;;) {
    const before = sizeOf(script);
    for (const each of [byKind, byPlace, one]) script = without(script, each, fails);
    script = simpler(script, fails);
    if (sizeOf(script) >= before) return script;
  }
}

function sizeOf(script: Listed): number {
  return eventsOf(script).length + script.nodes;
}

function eventsOf({ events }: Listed): readonly Event[] {
  const { actions, net } = events;
  return [...actions.map((action) => ({ action })), ...net.map((fault) => ({ net: fault }))];
}

const byKind = (event: Event): string => ('action' in event ? event.action.deed : event.net.kind);

/** Most actions name the node that they are done to first. */
const byPlace = (event: Event, { nodes }: Listed): string =>
  'action' in event
    ? `${event.action.deed} ${(event.action.args[0] ?? 0) % nodes}`
    : `${event.net.from} ${event.net.to}`;

const one = (_: Event, __: Listed, at: number): string => String(at);

/** Leaves out groups of events: halves of them first, which are stretches of time where groups are single. */
function without(
  script: Listed,
  group: (event: Event, script: Listed, at: number) => string,
  fails: Fails,
): Listed {
  const groups = new Map<string, Event[]>();
  for (const [at, event] of eventsOf(script).entries()) {
    const name = group(event, script, at);
    groups.set(name, [...(groups.get(name) ?? []), event]);
  }
  let left = script;
  reduce([...groups.values()], (rest) => {
    const next = withEvents(script, new Set(rest.flat()));
    if (!fails(next)) return false;
    left = next;
    return true;
  });
  return left;
}

function withEvents(script: Listed, kept: ReadonlySet<Event>): Listed {
  const all = [...kept];
  const actions = all.flatMap((event) => ('action' in event ? [event.action] : []));
  const net = all.flatMap((event) => ('net' in event ? [event.net] : []));
  actions.sort((a, b) => a.atMs - b.atMs);
  return { ...script, events: { ...script.events, actions, net } };
}

/** Less time before anything else: each run that follows costs that much less. */
function sooner(listed: Listed, fails: Fails): Listed {
  for (const part of [16, 8, 4, 2]) {
    const lastsMs = listed.lastsMs / part;
    const actions = listed.events.actions.filter(({ atMs }) => atMs < lastsMs);
    const script = { ...listed, lastsMs, events: { ...listed.events, actions } };
    if (fails(script)) return script;
  }
  return listed;
}

/** Fewer nodes, no failing writes, and an end soon after the last thing done. */
function simpler(script: Listed, fails: Fails): Listed {
  let best = script;
  const attempt = (change: Partial<Listed>): boolean => {
    const next = { ...best, ...change };
    if (!fails(next)) return false;
    best = next;
    return true;
  };
  if (best.events.writeErrors > 0) attempt({ events: { ...best.events, writeErrors: 0 } });
  while (best.nodes > 1 && attempt({ nodes: best.nodes - 1 }));
  const lastsMs = (best.events.actions.at(-1)?.atMs ?? 0) + 60_000;
  if (lastsMs < best.lastsMs) attempt({ lastsMs });
  return best;
}

/** Leaves out ever smaller parts for as long as the rest still fails. */
function reduce<T>(all: readonly T[], fails: (rest: readonly T[]) => boolean): void {
  let left = all;
  if (left.length === 0 || fails([])) return;
  for (let size = Math.ceil(left.length / 2); ; size = Math.ceil(size / 2)) {
    for (let at = left.length - size; at > -size; at -= size) {
      const rest = [...left.slice(0, Math.max(0, at)), ...left.slice(at + size)];
      if (rest.length < left.length && rest.length > 0 && fails(rest)) left = rest;
    }
    if (size <= 1) return;
  }
}
