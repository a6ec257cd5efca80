// The models that take longer than a test run should: node --conditions=hedgerow-source tests/model/register/deep.ts
import { explore } from './explore.ts';
import { deep } from './models.ts';

for (const [name, model] of Object.entries(deep)) {
  const { states, depth, seconds, violation, isComplete, longest, trace } = explore(
    model,
    10_000_000,
  );
  const verdict = violation ?? (isComplete ? 'safe' : 'not exhausted');
  console.log(
    `${name}: ${verdict}, longest "${longest}"; ${states} states, depth ${depth}, ${seconds.toFixed(0)} s`,
  );
  for (const line of trace) console.log(`    ${line}`);
}
