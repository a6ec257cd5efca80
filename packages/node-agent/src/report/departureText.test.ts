import { describe, expect, test } from 'vitest';
import { forgetPlanText, forgottenText, timeText } from './departureText.ts';
import type { ForgetReport } from './types.ts';

const report: ForgetReport = {
  member: '12D3b',
  name: 'birch',
  isGone: false,
  isConnected: false,
  lastHeardMs: 7_300_000,
  owned: [
    { pool: 'default', prefix: '10.0.1.0/24', size: 256 },
    { pool: 'six', prefix: 'fd00::/64', size: Number.MAX_SAFE_INTEGER },
  ],
  restMs: 86_400_000,
  state: 'none',
};

describe('before a member is forgotten', () => {
  test('people read whom it hits, what goes, and what must be true', () => {
    const text = forgetPlanText(report, false);
    expect(text).toMatch(/^Forget birch \(12D3b\): .*heard it 2 h ago/);
    expect(text).toContain('  default  10.0.1.0/24  256 addresses\n');
    expect(text).toContain('  six  fd00::/64  2^53 or more addresses\n');
    expect(text).toContain('rest for 24 h');
    expect(text).toContain('power it off first');
  });

  test('--now says that nothing rests', () => {
    expect(forgetPlanText(report, true)).toMatch(/given out again at once \(--now\)/);
    expect(forgetPlanText(report, true)).not.toContain('rest for');
  });

  test('many pieces are cut short, and nothing is said so', () => {
    const [piece] = report.owned;
    const many = Array.from({ length: 30 }, () => piece as (typeof report.owned)[number]);
    const text = forgetPlanText({ ...report, owned: many, name: '', lastHeardMs: null }, false);
    expect(text.match(/10\.0\.1\.0/g)).toHaveLength(8);
    expect(text).toContain('  and 22 more prefixes\n');
    expect(text).toMatch(/^Forget 12D3b: .*not heard it/);
    expect(forgetPlanText({ ...report, owned: [] }, false)).toContain('it owns nothing');
  });
});

test('afterwards it says who has it all', () => {
  const heir = { member: '12D3a', name: 'alder' };
  const done: ForgetReport = { ...report, state: 'done', message: 'all is here', heir };
  expect(forgottenText(done)).toBe('birch (12D3b) is forgotten: all is here. Heir: alder (12D3a).');
});

test('times are rounded to what people say', () => {
  expect([300, 90_000, 120_000, 7_100_000, 7_200_000, 86_400_000].map(timeText)).toEqual([
    '0 s',
    '90 s',
    '2 min',
    '118 min',
    '2 h',
    '24 h',
  ]);
});
