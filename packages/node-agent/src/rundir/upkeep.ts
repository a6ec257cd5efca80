/** Looks for garbage and leaks: at the start of the agent, once a minute, and when somebody asks. */
import {
  type Files,
  putBackAll,
  type RunPlace,
  type Swept,
  sweep,
  sweepSteps,
} from '@hedgerow/core/claims';
import { createCollector, type Namespaces } from '../leaks/index.ts';
import type { GcReport } from '../report/index.ts';

/** What the looks need. */
export interface UpkeepContext {
  readonly files: Files;
  readonly place: RunPlace;
  readonly namespaces: Namespaces;
  readonly wallMs: () => number;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** False: leaks are looked for only when somebody asks. */
  readonly collectsLeaks: boolean;
}

/** So long a sweep keeps others waiting. */
const sliceMs = 5;

/** The looks. */
export interface Upkeep {
  /** The look of each minute. */
  look(): void;
  /** One that somebody asked for. */
  collect(isDry: boolean): Promise<GcReport>;
}

/** Repairs what a killed agent left, and sweeps once. */
export function createUpkeep(context: UpkeepContext): Upkeep {
  const { files, place, wallMs, collectsLeaks } = context;
  const leaks = createCollector(context);
  putBackAll(files, place);
  sweep(files, place, { wallMs: wallMs() });
  return {
    look() {
      void sweepSlowly(context);
      if (collectsLeaks) void leaks.look(false);
    },
    async collect(dryRun) {
      const found = await leaks.look(dryRun);
      const swept = dryRun ? { entries: 0, leftovers: 0 } : await sweepSlowly(context);
      return { dryRun, leaks: found, swept };
    },
  };
}

/** Everything else goes on meanwhile: with 10,000 addresses a sweep takes a large part of a second. */
async function sweepSlowly({ files, place, wallMs }: UpkeepContext): Promise<Swept> {
  const steps = sweepSteps(files, place, { wallMs: wallMs() });
  let sinceMs = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - sinceMs < sliceMs) continue;
    await new Promise((turn) => setImmediate(turn));
    sinceMs = performance.now();
  }
}
