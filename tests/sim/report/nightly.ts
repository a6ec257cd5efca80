// Runs a long swarm and writes what it counted, for `sim:report --partials`: `--out FILE --cluster-hours 9000 --seed N`.
// `--with die`: only seeds in which that is frequent, for what is seldom in others. Several processes may share the
// work, each with seeds and a file of its own.
import { renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Coverage, type FaultName, type Script, simulate } from '@hedgerow/core/testing';
import { addTo } from './measure.ts';
import { nightlyRun } from './nightlyMix.ts';
import type { Partial } from './partials.ts';
import { smallFrom } from './smallMix.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1000000' },
    out: { type: 'string' },
    'cluster-hours': { type: 'string', default: '100' },
    minutes: { type: 'string', default: '100000' },
    with: { type: 'string' },
  },
});
const { out } = values;
if (out === undefined) throw new Error('name the file to write: --out FILE');

const untilMs = Date.now() + Number(values.minutes) * 60_000;
const mostMs = Number(values['cluster-hours']) * 3_600_000;
const first = Number(values.seed);
const coverage = new Coverage();
const violations: Partial['violations'][number][] = [];
const excused = new Map<string, number>();
const totals = { seeds: 0, small: 0, steps: 0, simulatedMs: 0, equivocations: 0, processorMs: 0 };
const start = process.cpuUsage();

function save(path: string): void {
  const { user, system } = process.cpuUsage(start);
  totals.processorMs = (user + system) / 1000;
  const { faults, crashes } = coverage;
  const partial: Partial = {
    ...totals,
    faults: [...faults],
    crashes: [...crashes],
    violations,
    excused: [...excused],
  };
  writeFileSync(`${path}.new`, JSON.stringify(partial));
  renameSync(`${path}.new`, path);
}

for (let seed = first; totals.simulatedMs < mostMs && Date.now() < untilMs; seed += 1) {
  const { script, options } = nightlyRun(seed);
  if (!isFrequent(script, values.with)) continue;
  const outcome = simulate(script, options);
  const { violation, cluster } = outcome;
  if (violation !== undefined) {
    violations.push({ seed, violation, script });
    process.stderr.write(
      `seed ${seed}: ${violation.invariant}: ${violation.message}\nagain: pnpm sim --night --seed ${seed}\n`,
    );
  }
  coverage.merge(cluster.coverage);
  addTo(excused, cluster.excused);
  totals.seeds += 1;
  if (seed >= smallFrom) totals.small += 1;
  totals.steps += outcome.steps;
  totals.simulatedMs += outcome.simulatedMs;
  totals.equivocations += cluster.equivocations.length / 2;
  if (totals.seeds % 50 === 0) save(out);
}
save(out);

/** True when the mix of this seed has much of that fault. */
function isFrequent({ events }: Script, name: string | undefined): boolean {
  if (name === undefined) return true;
  return 'faults' in events && (events.faults[name as FaultName] ?? 0) >= 8;
}
