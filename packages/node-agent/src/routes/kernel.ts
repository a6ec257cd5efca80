/**
 * Reads and writes kernel routes through iproute2's `ip`, without a shell. Only routes that carry our
 * protocol number are ever read, replaced or removed; everything else is left alone.
 */
import { execFile } from 'node:child_process';
import type { Route } from './desired.ts';

/**
 * Marks our routes (`ip route show proto 104`). Free in iproute2's rt_protos and in the kernel's
 * rtnetlink.h, where routing daemons have 8 to 18, 42, 99 and 186 to 192.
 */
export const routeProtocol = 104;

/** One change of the kernel's table. */
export type RouteChange = { readonly action: 'add' | 'replace' | 'delete'; readonly route: Route };

/** A change that the kernel refused. */
export interface FailedChange {
  readonly change: RouteChange;
  readonly reason: string;
}

/** The kernel's table as far as it is ours. Both calls reject when `ip` itself cannot run. */
export interface RouteTable {
  list(): Promise<readonly Route[]>;
  /** Applies in order and goes on after a refusal; answers those that were refused. */
  apply(changes: readonly RouteChange[]): Promise<readonly FailedChange[]>;
}

/** Runs a program: `ip` with these arguments and this input. */
export type RunIp = (args: readonly string[], input: string) => Promise<IpOutput>;

/** What came out; a non-zero status is not an error of `RunIp`. */
export interface IpOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** The table of the network namespace that this process is in. */
export function createRouteTable(run: RunIp = runIp): RouteTable {
  return {
    async list() {
      const lists = await Promise.all(['-4', '-6'].map((family) => listFamily(run, family)));
      return lists.flat();
    },
    async apply(changes) {
      if (changes.length === 0) return [];
      const input = changes.map((change) => `${batchLine(change)}\n`).join('');
      const output = await run(['-force', '-batch', '-'], input);
      return failedChanges(changes, output);
    },
  };
}

/** Starts `ip`; rejects when it is missing or takes longer than 10 s. */
export function runIp(args: readonly string[], input: string): Promise<IpOutput> {
  return new Promise((resolve, reject) => {
    const options = { timeout: 10_000, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile('ip', [...args], options, (error, stdout, stderr) => {
      const status = error === null ? 0 : error.code;
      if (typeof status === 'number') resolve({ stdout, stderr, status });
      else reject(new Error(`cannot run ip (iproute2): ${error?.message ?? status}`));
    });
    child.stdin?.on('error', () => child.kill());
    child.stdin?.end(input);
  });
}

async function listFamily(run: RunIp, family: string): Promise<readonly Route[]> {
  const args = [family, '-json', 'route', 'show', 'proto', String(routeProtocol)];
  const output = await run(args, '');
  if (output.status !== 0) {
    // A kernel without IPv6 has no IPv6 routes of ours.
    if (family === '-6') return [];
    throw new Error(`ip ${args.join(' ')}: ${output.stderr.trim()}`);
  }
  return parseRoutes(output.stdout, family === '-4' ? 32 : 128);
}

/** Reads `ip -json route show`. A host route stands there without its length. */
export function parseRoutes(json: string, bits: number): readonly Route[] {
  if (json.trim() === '') return [];
  const rows: unknown = JSON.parse(json);
  if (!Array.isArray(rows)) return [];
  return rows.flatMap((row: { dst?: unknown; gateway?: unknown }) => {
    if (typeof row.dst !== 'string') return [];
    const dst = row.dst === 'default' ? (bits === 32 ? '0.0.0.0/0' : '::/0') : row.dst;
    const prefix = dst.includes('/') ? dst : `${dst}/${bits}`;
    return [{ prefix, via: typeof row.gateway === 'string' ? row.gateway : '' }];
  });
}

/** `ip` tells the family from the prefix. */
function batchLine({ action, route }: RouteChange): string {
  const via = action === 'delete' && route.via === '' ? '' : ` via ${route.via}`;
  const verb = action === 'delete' ? 'del' : action;
  return `route ${verb} ${route.prefix}${via} proto ${routeProtocol}`;
}

/** `ip -force -batch` names each failed line after what the kernel said of it. */
function failedChanges(changes: readonly RouteChange[], output: IpOutput): readonly FailedChange[] {
  const failed: FailedChange[] = [];
  let reason = '';
  for (const line of output.stderr.split('\n')) {
    const number = /^Command failed [^:]*:(\d+)/.exec(line)?.[1];
    if (number === undefined) {
      if (line.trim() !== '') reason = line.replace(/^(Error|RTNETLINK answers): /, '').trim();
      continue;
    }
    const change = changes[Number(number) - 1];
    if (change !== undefined) failed.push({ change, reason: reason || 'refused' });
    reason = '';
  }
  if (failed.length === 0 && output.status !== 0) {
    throw new Error(`ip -batch: ${output.stderr.trim() || `status ${output.status}`}`);
  }
  return failed;
}
