// How fast the simulator is: steps a second of processor time, all checkers on.
import {
  allCheckers,
  type Checker,
  type ClusterOptions,
  mixFaults,
  Random,
  type Script,
  simulate,
} from '@hedgerow/core/testing';
import { pastOf } from './pastRecords.ts';

/** What some runs came to. */
export interface Speed {
  readonly nodes: number;
  readonly seeds: number;
  readonly steps: number;
  /** By processor time of all threads of this process. */
  readonly perSecond: number;
}

/** What a step costs where the set has so many records. */
export interface StepCost {
  readonly records: number;
  readonly steps: number;
  readonly microseconds: number;
}

interface Use {
  readonly steps: number;
  /** Processor time of all threads of this process, microseconds. */
  readonly usedUs: number;
}

function usedUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Steps of one seed, at most: what happens while hundreds of nodes first meet is a small part of that. */
function mostOf(nodes: number): number {
  return 200_000 + 16_000 * nodes;
}

/**
 * Runs seeds as the swarm draws them, each for a day of virtual time or for some hundred thousand steps, until
 * there are enough steps. The first seed is run once before, uncounted, with 50 nodes at most:
 * code is compiled there.
 */
export function speedOf(nodes: number, least: number): Speed {
  runSeed(1, Math.min(nodes, 50));
  const startUs = usedUs();
  let steps = 0;
  let seeds = 0;
  while (steps < least) {
    seeds += 1;
    steps += runSeed(seeds, nodes);
  }
  const perSecond = Math.round((steps / (usedUs() - startUs)) * 1_000_000);
  return { nodes, seeds, steps, perSecond };
}

function runSeed(seed: number, nodes: number): number {
  const faults = mixFaults(new Random(seed, 9));
  const untilMs = 24 * 3_600_000;
  const script: Script = { seed, nodes, lastsMs: 2 * untilMs, events: { faults } };
  return simulate(script, { untilMs, maxSteps: mostOf(nodes) }).steps;
}

/** Looks at steps and processor time from some time on. */
class Meter {
  private start: Use | undefined;
  private end: Use = { steps: 0, usedUs: 0 };
  private readonly fromMs: number;

  constructor(fromMs: number) {
    this.fromMs = fromMs;
  }

  /** To be put beside the real checkers. */
  checker(): Checker {
    return {
      invariant: 'none',
      says: 'counts',
      stepped: ({ cluster: { nowMs, steps } }) => {
        if (nowMs < this.fromMs || (steps & 0xfff) !== 0) return undefined;
        this.end = { steps, usedUs: usedUs() };
        this.start ??= this.end;
        return undefined;
      },
    };
  }

  get used(): Use {
    const { steps, usedUs: before } = this.start ?? this.end;
    return { steps: this.end.steps - steps, usedUs: this.end.usedUs - before };
  }
}

/** Ten nodes; containers come and go, agents crash, messages are lost. The first quarter does not count. */
function measure(hours: number, past: NonNullable<ClusterOptions['past']>): Use {
  const faults = { lose: 0.01, duplicate: 0.01, crash: 0.5, partition: 0.05 };
  const pools = [
    { name: 'default', prefix: '10.32.0.0/20', blockLength: 26, subnet: 'pool' as const },
  ];
  const untilMs = hours * 3_600_000;
  const script: Script = { seed: 1, nodes: 10, lastsMs: 2 * untilMs, events: { faults } };
  const meter = new Meter(untilMs / 4);
  const checkers = (): readonly Checker[] => [...allCheckers(), meter.checker()];
  const { violation } = simulate(script, { pools, tuning: {}, checkers, untilMs, past });
  if (violation !== undefined) throw new Error(`${violation.invariant}: ${violation.message}`);
  return meter.used;
}

/** The cost of a step of ten nodes; the least of some tries, as others may use this machine too. */
export function costWith(records: number, hours: number, tries: number): StepCost {
  const past = pastOf(records, 10);
  const uses = Array.from({ length: tries }, () => measure(hours, past));
  const { steps } = uses[0] as Use;
  const least = Math.min(...uses.map((each) => each.usedUs));
  return { records, steps, microseconds: least / steps };
}
