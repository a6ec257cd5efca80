// Both demos tell their story to its end: they throw when something is not as they say.

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { requires } from '../support/requires.ts';
import { mustRun } from '../support/run.ts';

const program = fileURLToPath(new URL('../../scripts/demo/demo.ts', import.meta.url));
const flag = '--conditions=hedgerow-source';
// Many times what it takes.
const timeoutMs = 110_000;

async function demo(...args: readonly string[]): Promise<string> {
  const { stdout } = await mustRun(process.execPath, [flag, program, ...args], { timeoutMs });
  return stdout;
}

describe('npm run demo', () => {
  it('ends with its summary', async () => {
    const told = await demo();
    expect(told).toMatch(/60 addresses, 60 distinct: none repeats/);
    expect(told).toMatch(/Summary\n.*a new block from a donor .* median of 9\n.*Cleaned up\.$/ms);
  });

  const needs = { root: true, netns: true, binaries: ['ip', 'ping', 'ptp', 'bridge'] };
  it.skipIf(requires(needs))('does the same with pods in network namespaces', async () => {
    const told = await demo('--netns');
    expect(told.match(/every pod to every other: all answered/g)).toHaveLength(4);
    expect(told).toMatch(/Summary\n.*by ptp .*by bridge .*Cleaned up\.$/ms);
  });
});
