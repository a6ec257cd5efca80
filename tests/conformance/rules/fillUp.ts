// Leaks seen from outside: after whatever happened, all addresses of a small range can be given.

import type { Bench, CallOptions } from '../bench.ts';
import { said } from '../bench.ts';
import { expect } from '../broken.ts';

/**
 * Adds attachments until all addresses of `few` but `held` are given, which must work, and returns their
 * addresses. Ids are `fill-1`, `fill-2`, ...
 */
export async function fillUp(
  bench: Bench,
  held = 0,
  options: CallOptions = {},
): Promise<readonly string[]> {
  const { ipam, addresses = 0 } = bench.claims.few ?? {};
  const given: string[] = [];
  for (let at = 1; at <= addresses - held; at++) {
    const answer = await bench.call('ADD', { ...options, ipam, id: `fill-${at}` });
    const count = `${at - 1 + held} of ${addresses} addresses are in use, the next ADD fails`;
    expect(answer.status === 0, `${count}: ${said(answer)}`);
    given.push(...addressesIn(answer.json));
  }
  return given;
}

/** Deletes what `fillUp` added. */
export async function emptyAgain(bench: Bench): Promise<void> {
  const { ipam, addresses = 0 } = bench.claims.few ?? {};
  for (let at = 1; at <= addresses; at++) await bench.succeed('DEL', { ipam, id: `fill-${at}` });
}

function addressesIn(json: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const ips = json?.['ips'];
  if (!Array.isArray(ips)) return [];
  return ips.map((ip: { readonly address?: unknown }) => String(ip.address).split('/')[0] ?? '');
}
