// The example for other people's programs works, and a promise of their own can be broken and shortened.
import { describe, expect, it } from 'vitest';
import { patient, trial } from '../../examples/simulate.ts';

describe('examples/simulate.ts', () => {
  it('keeps every promise', () => {
    expect(trial(1, 100_000).outcome.violation).toBe(undefined);
  });

  it('finds and shortens what breaks a promise of its own', () => {
    const { outcome, short } = trial(1, -1);
    expect(outcome.violation?.invariant).toBe(patient(-1).invariant);
    expect(short?.events).toEqual({ actions: [], net: [], writeErrors: 0 });
  });
});
