/** Looks at the network namespaces of this machine, through /proc and the file system. Never throws. */
import { lstatSync, readdirSync, readFileSync, readlinkSync, statfsSync, statSync } from 'node:fs';
import type { Blind, Namespaces } from './types.ts';

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
      const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
      // Without this process's own entry that is not the /proc of the machine that we run on.
      if (!pids.includes(String(process.pid))) return { problem: '/proc shows other processes' };
      for (const [at, pid] of pids.entries()) {
        if (at % slice === slice - 1) await new Promise((next) => setImmediate(next));
        const inode = namespaceOf(pid);
        if (typeof inode === 'object') return inode;
        used.add(inode);
      }
      return used;
    } catch (error) {
      return { problem: `/proc cannot be read (${codeOf(error)})` };
    }
  },
};

/** Inode of the network namespace that a process is in; '' for one that ended. */
function namespaceOf(pid: string): string | Blind {
  try {
    return inodeOf(readlinkSync(`/proc/${pid}/ns/net`));
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ESRCH') return '';
    return { problem: `the namespace of process ${pid} cannot be read (${code}); run as root` };
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
