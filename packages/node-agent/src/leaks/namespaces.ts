/** Looks at the network namespaces of this machine, through /proc and the file system. Never throws. */
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statfsSync,
  statSync,
} from 'node:fs';
import type { Namespaces } from './types.ts';

/** Linux, include/uapi/linux/magic.h: NSFS_MAGIC. */
const nsfs = 0x6e736673;
/** Processes that are looked at before others get their turn. */
const slice = 256;

/** The namespaces of the machine that this process runs on. */
export const machineNamespaces: Namespaces = {
  directory(path) {
    try {
      const { dev, ino } = statSync(path);
      return { id: `${dev}:${ino}`, names: new Set(readdirSync(path)) };
    } catch (error) {
      return { problem: `${path} cannot be read (${codeOf(error)})` };
    }
  },
  inodeAt(path) {
    try {
      return statfsSync(path).type === nsfs ? String(statSync(path).ino) : undefined;
    } catch {
      return undefined;
    }
  },
  isAbsent(path) {
    try {
      return lstatSync(path, { throwIfNoEntry: false }) === undefined;
    } catch {
      return false;
    }
  },
  async inUse() {
    try {
      const used = mountedNamespaces(readFileSync('/proc/self/mountinfo', 'utf8'));
      const seen = await namespacesOfProcesses();
      const unknown = unknownAmong(seen);
      if (unknown !== undefined) return { problem: unknown };
      for (const inode of seen.members.keys()) used.add(inode);
      return used;
    } catch (error) {
      return { problem: `/proc cannot be read (${codeOf(error)})` };
    }
  },
};

/** Namespaces that processes are in. */
interface Seen {
  /** One process of each, by inode. */
  readonly members: ReadonlyMap<string, string>;
  /** Processes that may not be looked into. */
  readonly closed: readonly string[];
}

/** Throws when /proc is not that of the machine that this process runs on. */
async function namespacesOfProcesses(): Promise<Seen> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  if (!pids.includes(String(process.pid))) throw new Error('it shows other processes');
  const members = new Map<string, string>();
  const closed: string[] = [];
  for (const [at, pid] of pids.entries()) {
    if (at % slice === slice - 1) await new Promise((next) => setImmediate(next));
    const inode = namespaceOf(pid);
    if (inode === undefined) closed.push(pid);
    else if (inode !== '') members.set(inode, pid);
  }
  return { members, closed };
}

/** Inode of the network namespace that a process is in; '' for one that ended; undefined if it is closed. */
function namespaceOf(pid: string): string | undefined {
  try {
    return inodeOf(readlinkSync(`/proc/${pid}/ns/net`));
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ESRCH' ? '' : undefined;
  }
}

/**
 * Why a closed process may be in a namespace that no other is in, if so. /proc/PID/net/stat needs no
 * privilege, and its inode is the same for processes of one namespace.
 */
function unknownAmong({ members, closed }: Seen): string | undefined {
  if (closed.length === 0) return undefined;
  const known = new Set([...members.values()].map(netStatOf));
  const unknown = closed.find((pid) => {
    const own = netStatOf(pid);
    return own === undefined ? existsSync(`/proc/${pid}`) : !known.has(own);
  });
  if (unknown === undefined) return undefined;
  return `the namespace of process ${unknown} cannot be read; run as root, with CAP_SYS_PTRACE`;
}

function netStatOf(pid: string): number | undefined {
  try {
    return statSync(`/proc/${pid}/net/stat`).ino;
  } catch {
    return undefined;
  }
}

/** proc_pid_mountinfo(5): the fourth field is the root of the mount, `net:[inode]` for a namespace. */
function mountedNamespaces(mountInfo: string): Set<string> {
  const roots = mountInfo.split('\n').map((line) => line.split(' ')[3] ?? '');
  return new Set(roots.filter((root) => root.startsWith('net:[')).map(inodeOf));
}

function inodeOf(text: string): string {
  return /^net:\[(\d+)\]$/.exec(text)?.[1] ?? '';
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
