// What a test needs of the machine. Where it is missing the test is skipped with one clear line, except in
// CI (TESTS_MAY_NOT_SKIP=1), which installs all packages and runs as root: there a missing one is an error.

import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** Needs of a test file. */
export interface Needs {
  /** Runs as user 0. */
  readonly root?: boolean;
  /** Programs, by name or absolute path. CNI plugins are found by name too. */
  readonly binaries?: readonly string[];
  /** May create network namespaces. */
  readonly netns?: boolean;
}

/** What this machine offers; a test of `missing` makes up its own. */
export interface Machine {
  readonly isRoot: boolean;
  has(binary: string): boolean;
  canMakeNetns(): boolean;
}

const DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/lib/cni', '/opt/cni/bin'];

/** Debian packages of programs whose package has another name. */
const PACKAGES: Readonly<Record<string, string>> = {
  bridge: 'containernetworking-plugins',
  'host-local': 'containernetworking-plugins',
  macvlan: 'containernetworking-plugins',
  ptp: 'containernetworking-plugins',
  static: 'containernetworking-plugins',
  'aarch64-linux-gnu-gcc': 'gcc-aarch64-linux-gnu libc6-dev-arm64-cross',
  busybox: 'busybox-static',
  ctr: 'containerd',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  unshare: 'util-linux',
  ip: 'iproute2',
  ss: 'iproute2',
  nft: 'nftables',
  ping: 'iputils-ping',
  ps: 'procps',
  'qemu-aarch64-static': 'qemu-user-static',
};

/**
 * The reason why these needs are not met here, or undefined. Use: `describe.skipIf(requires({ root: true }))`.
 * Prints the reason; throws it in CI.
 */
export function requires(needs: Needs): string | undefined {
  const reason = missing(needs, machine());
  if (reason === undefined) return undefined;
  // A machine that forbids namespaces even to root is no fault of the packages that CI installs.
  const isFatal = process.env['TESTS_MAY_NOT_SKIP'] === '1' && reason !== NO_NETNS;
  if (isFatal) throw new Error(`CI must not skip this: ${reason}`);
  process.stderr.write(`skipped: ${reason}\n`);
  return reason;
}

const NO_NETNS = 'needs network namespaces, which this machine forbids';

/** Pure part of `requires`: the first need that a machine does not meet, in words. */
export function missing(needs: Needs, here: Machine): string | undefined {
  if (needs.root && !here.isRoot) return 'needs root';
  const absent = needs.binaries?.find((binary) => !here.has(binary));
  if (absent !== undefined) return `needs ${absent} (Debian: ${packageOf(absent)})`;
  if (needs.netns && !here.canMakeNetns()) return NO_NETNS;
  return undefined;
}

function packageOf(binary: string): string {
  const name = binary.slice(binary.lastIndexOf('/') + 1);
  return PACKAGES[name] ?? name;
}

/** This machine. */
export function machine(): Machine {
  return {
    isRoot: process.getuid?.() === 0,
    has: (binary) => paths(binary).some(isExecutable),
    canMakeNetns: () => spawnSync('unshare', ['--net', 'true']).status === 0,
  };
}

function paths(binary: string): readonly string[] {
  if (isAbsolute(binary)) return [binary];
  const directories = [...(process.env['PATH'] ?? '').split(':'), ...DIRECTORIES];
  return directories.map((directory) => join(directory, binary));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
