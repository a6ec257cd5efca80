// A host inside this one: its own mounts, network, processes and cgroup view. Container runtimes find the
// paths that they are built with (/etc, /opt/cni, /run, /var/lib), but nothing they write there, mount or
// start can be seen outside, and all of it is gone when the host ends, whatever way the test ended.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Prefix } from './agentProcess.ts';
import type { Cleanup } from './cleanup.ts';
import { mustRun, type Ran, type RunOptions, run } from './run.ts';

/** A host of its own. */
export interface PrivateHost {
  /** Prepended to a command: runs it on the host. Ending what it started ends the command too. */
  readonly enter: Prefix;
  /** A directory on the host that is kept in memory, under a path that is unique outside too. */
  readonly scratch: string;
  /** The path by which a path of the host is reached from outside. */
  outside(path: string): string;
  run(command: string, args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Like `run`; rejects when the command fails. */
  must(command: string, args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Writes a file on the host, with the directories above it. */
  write(path: string, text: string, mode?: string): Promise<void>;
}

/**
 * Runs as process 1 of the host. Its directories are a copy of /etc, and /opt and /var/lib without what
 * runtimes keep there. /run/hedgerow is the run directory of the test's node. It says its process id, and
 * ends, with everything on the host, when its standard input does: also when the test is killed.
 */
const FIRST_PROCESS = `
set -eu
own=$1
read -r pid rest </proc/self/stat
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs "$own"
cp -a /etc "$own/etc"
mount --bind "$own/etc" /etc
mkdir -p /etc/cni
rm -rf /etc/cni/* /etc/containers/containers.conf /etc/containerd
mkdir -p /etc/cni/net.d /etc/containers /etc/containerd
without() {
  mkdir -p "$own$1"
  for entry in "$1"/*; do
    name=\${entry##*/}
    case " $2 " in *" $name "*) continue ;; esac
    if [ -d "$entry" ] && [ ! -L "$entry" ]; then
      mkdir "$own$entry"
      mount --rbind "$entry" "$own$entry"
    elif [ -e "$entry" ]; then
      cp -a "$entry" "$own$entry"
    fi
  done
  mount --rbind "$own$1" "$1"
}
without /opt cni
without /var/lib 'cni containers containerd'
mkdir -p /opt/cni/bin
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/lock /run/hedgerow
mount --bind "$2" /run/hedgerow
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ip link set lo up
echo "$pid"
cat
:
`;

const NAMESPACES = ['--mount', '--net', '--pid', '--cgroup'];
const SBIN = '/usr/local/sbin:/usr/sbin:/sbin';

/** Makes a host whose /run/hedgerow is `runDir`, an existing directory. Needs root. */
export async function createPrivateHost(cleanup: Cleanup, runDir: string): Promise<PrivateHost> {
  const scratch = mkdtempSync(join(tmpdir(), 'hedgerow-host-'));
  // Never recursive: were the host still there, this would fail and remove nothing.
  cleanup.add(scratch, () => rmdirSync(scratch));
  const flags = [...NAMESPACES, '--propagation', 'private', '--fork', '--kill-child'];
  const first = ['sh', '-c', FIRST_PROCESS, 'host', scratch, runDir];
  const child = spawn('unshare', [...flags, ...first], { env: hostEnv() });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  cleanup.add(`host ${scratch}`, () => end(child, closed));
  const pid = await pidOf(child);
  // Its parent's death ends a command, as the process that enters passes no signal on.
  const enter = ['nsenter', '--target', pid, ...NAMESPACES, 'setpriv', '--pdeathsig', 'KILL'];
  const env = hostEnv();
  const arranged = (command: string, args: readonly string[], options: RunOptions = {}) =>
    [
      enter[0] as string,
      [...enter.slice(1), command, ...args],
      { ...options, env: { ...env, ...options.env } },
    ] as const;
  const must: PrivateHost['must'] = (...call) => mustRun(...arranged(...call));
  return {
    enter,
    scratch,
    outside: (path) => `/proc/${pid}/root${path}`,
    run: (...call) => run(...arranged(...call)),
    must,
    async write(path, text, mode = '644') {
      const script = 'mkdir -p "$(dirname "$1")" && cat >"$1" && chmod "$2" "$1"';
      await must('sh', ['-c', script, 'write', path, mode], { input: text });
    },
  };
}

function hostEnv(): Record<string, string> {
  return { ...(process.env as Record<string, string>), PATH: `${process.env['PATH']}:${SBIN}` };
}

/** What process 1 says once the host is ready. */
function pidOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`no private host was made: ${stderr}`)));
    if (child.stdout !== null) createInterface(child.stdout).once('line', resolve);
  });
}

async function end(child: ChildProcess, closed: Promise<void>): Promise<void> {
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await closed;
  clearTimeout(timer);
}
