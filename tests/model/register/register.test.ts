// The register code, explored: what must be safe is exhausted, what cannot be must show how it fails, and
// each fault that is patched in must be found.
import { describe, expect, it } from 'vitest';
import { type Explored, explore } from './explore.ts';
import type { Model } from './model.ts';
import { safe, unsafe } from './models.ts';
import { mutants, withMutant } from './mutants.ts';

function run(name: string, model: Model): Explored {
  const found = explore(model);
  const { states, transitions, depth, seconds, violation, longest } = found;
  const rate = Math.round(states / seconds);
  const verdict = violation ?? `safe, longest history "${longest}"`;
  console.log(
    `${name}: ${verdict}; ${states} states, ${transitions} transitions, depth ${depth}, ${rate} states/s`,
  );
  return found;
}

function tell({ trace }: Explored): void {
  console.log(trace.map((line) => `    ${line}`).join('\n'));
}

describe('a register under every order of events', () => {
  it.each(Object.entries(safe))('%s: one history', (name, model) => {
    const found = run(name, model);
    expect(found.trace).toEqual([]);
    expect(found).toMatchObject({ isComplete: true });
    expect(found.longest).not.toBe('');
    expect(found.violation).toBeUndefined();
  });
});

describe('a register beyond its limits', () => {
  it.each(Object.entries(unsafe))('%s: two histories', (name, model) => {
    const found = run(name, model);
    tell(found);
    expect(found.violation).toContain('fork');
  });
});

describe('a register with a fault in its code', () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    '%s: found',
    async (name, mutant) => {
      const found = await withMutant(mutant, (code) => run(name, { ...mutant.model, code }));
      if (name.includes('without a Stop')) tell(found);
      expect(found.violation).toBeDefined();
    },
  );
});
