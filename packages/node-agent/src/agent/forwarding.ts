/** Whether this host forwards packets, without which routes to other hosts' pods lead nowhere. */
import { readFileSync } from 'node:fs';
import type { Pool } from '@hedgerow/core/membership';

const switches = {
  4: { name: 'net.ipv4.ip_forward', path: '/proc/sys/net/ipv4/ip_forward' },
  6: { name: 'net.ipv6.conf.all.forwarding', path: '/proc/sys/net/ipv6/conf/all/forwarding' },
} as const;

/** One sentence for each address family of the pools that is not forwarded. */
export function forwardingProblems(
  pools: readonly Pick<Pool, 'prefix'>[],
  read: (path: string) => string = readSwitch,
): readonly string[] {
  const families = new Set(pools.map(({ prefix }) => (prefix.includes(':') ? 6 : 4)));
  return [...families].sort().flatMap((family) => {
    const { name, path } = switches[family];
    if (read(path).trim() !== '0') return [];
    return [
      `for ${name} to be 1: this host does not forward, so pods of other nodes cannot reach those here; run: sysctl -w ${name}=1`,
    ];
  });
}

/** '' when it cannot be read: then nobody knows. */
function readSwitch(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
