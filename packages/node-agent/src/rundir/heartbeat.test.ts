import { createMemoryFiles, readAgentFile } from '@hedgerow/core/claims';
import { expect, test } from 'vitest';
import { createHeartbeat, type HeartbeatIdentity } from './heartbeat.ts';

const identity: HeartbeatIdentity = {
  member: '12D3a',
  name: 'alder',
  bootId: 'b00701d0',
  forgetRestMs: 0,
};
const ready = { ready: true, reasons: [], pools: {} };

function wasReady(after: HeartbeatIdentity): boolean | undefined {
  const files = createMemoryFiles({ nowMs: () => 0 });
  files.mkdir('/run');
  createHeartbeat(files, '/run', identity, () => 1).set(ready);
  createHeartbeat(files, '/run', after, () => 2);
  const read = readAgentFile(files, '/run');
  return typeof read !== 'string' && read.ok ? read.value.wasReady : undefined;
}

test('a restart of the agent does not make a node unready that served on this boot', () => {
  expect(wasReady(identity)).toBe(true);
});

test('another boot or another member starts anew', () => {
  expect(wasReady({ ...identity, bootId: 'b00701d1' })).toBe(false);
  expect(wasReady({ ...identity, member: '12D3b' })).toBe(false);
});

test.each([
  [24 * 3_600_000, 10],
  [16_000, 2],
])(
  'beats often enough for plugins, which stop at half of a rest of %d ms',
  (forgetRestMs, every) => {
    const files = createMemoryFiles({ nowMs: () => 0 });
    files.mkdir('/run');
    let uptime = 100;
    const heartbeat = createHeartbeat(files, '/run', { ...identity, forgetRestMs }, () => uptime);
    const written = (): number | undefined => {
      heartbeat.beat();
      const read = readAgentFile(files, '/run');
      return typeof read !== 'string' && read.ok ? read.value.uptimeSeconds : undefined;
    };
    uptime += every - 0.5;
    expect(written()).toBe(100);
    uptime += 1;
    expect(written()).toBe(uptime);
  },
);
