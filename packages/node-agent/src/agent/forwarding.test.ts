import { expect, test } from 'vitest';
import { forwardingProblems } from './forwarding.ts';

const four = { prefix: '10.0.0.0/16' };
const six = { prefix: 'fd00::/64' };

test('only a 0 of a family that has pools is a problem', () => {
  expect(forwardingProblems([four, six], () => '1\n')).toEqual([]);
  expect(forwardingProblems([four], (path) => (path.includes('ipv4') ? '1' : '0'))).toEqual([]);
  // What cannot be read is not known.
  expect(forwardingProblems([four, six], () => '')).toEqual([]);
  expect(forwardingProblems([four, four, six], () => '0\n')).toEqual([
    expect.stringMatching(/sysctl -w net\.ipv4\.ip_forward=1/),
    expect.stringMatching(/sysctl -w net\.ipv6\.conf\.all\.forwarding=1/),
  ]);
});
