/** A machine for tests: network namespaces and a run directory in memory, with faults that can be switched on. */
import { must } from '@hedgerow/core';
import { formatAddress, prefixOf } from '@hedgerow/core/address';
import { bookPool } from '@hedgerow/core/book';
import {
  attach,
  createMemoryFiles,
  detach,
  type Files,
  listEntries,
  type MemoryFiles,
  openPlace,
  publishBlock,
  publishPool,
  type RunPlace,
  runPlace,
} from '@hedgerow/core/claims';
import { createCollector } from './collector.ts';
import type { LeakCollector, Namespaces } from './types.ts';

const pool = {
  name: 'default',
  prefix: '10.1.0.0/16',
  blockLength: 28,
  subnet: 'pool',
} as const;

/** Everything that a test may turn. */
export class TestMachine {
  nowMs = 1_000_000;
  readonly files: MemoryFiles = createMemoryFiles({ nowMs: () => this.nowMs });
  readonly place: RunPlace = runPlace('/run', 'b00701d0') as RunPlace;
  /** By path: the inode that is mounted there, or '' for a plain file. */
  readonly names: Map<string, string> = new Map();
  /** Inodes that processes are in. */
  readonly used: Set<string> = new Set();
  /** By path of a directory; `/run/netns` is there from the start. */
  readonly directories: Map<string, string> = new Map([['/run/netns', '0:1']]);
  /** Why a directory, or /proc, cannot be read. */
  blind: string | undefined;
  blindProc: string | undefined;
  /** Called before the last look at a name. */
  beforeLastLook: () => void = () => {};
  #claims = 0;
  #inodes = 4_026_531_840;

  constructor() {
    this.files.mkdir('/run');
    openPlace(this.files, this.place);
    publishPool(this.files, this.place, pool, 0);
    publishBlock(this.files, this.place, pool.name, prefixOf('10.1.0.16/28'));
  }

  readonly namespaces: Namespaces = {
    directory: (path) => {
      const id = this.directories.get(path);
      if (this.blind !== undefined) return { problem: this.blind };
      if (id === undefined) return { problem: `${path} cannot be read (ENOENT)` };
      const names = [...this.names.keys()].filter((name) => name.startsWith(`${path}/`));
      return { id, names: new Set(names.map((name) => name.slice(path.length + 1))) };
    },
    inodeAt: (path) => this.names.get(path) || undefined,
    isAbsent: (path) => {
      this.beforeLastLook();
      return this.blind === undefined && !this.names.has(path);
    },
    inUse: async () =>
      this.blindProc === undefined
        ? new Set([...this.used, ...this.names.values()])
        : { problem: this.blindProc },
  };

  /** A collector as after a start of the agent. */
  collector(files: Files = this.files): LeakCollector {
    const { place, namespaces } = this;
    return createCollector({ files, place, namespaces, nowMs: () => this.nowMs });
  }

  /** Makes a namespace under this name, as `ip netns add` does. */
  open(path: string): string {
    const inode = String(this.#inodes++);
    this.names.set(path, inode);
    return inode;
  }

  /** The address that an ADD answers; `held` where it is refused because the container has one. */
  add(container: string, netns: string): string {
    const held = attach(
      {
        files: this.files,
        place: this.place,
        attachment: { network: 'pods', containerId: container, ifname: 'eth0' },
        netns,
        newClaim: () => (this.#claims++).toString(16).padStart(16, '0'),
        wallMs: () => this.nowMs,
        waitForSpace: () => false,
      },
      [{ pool: { ...bookPool(pool), restMs: 0 }, excluded: [] }],
    );
    if (!held.ok && held.error.code === 'held') return 'held';
    return must(held).map(({ address }) => formatAddress(address))[0] ?? '';
  }

  del(container: string): void {
    detach(this.files, this.place, { network: 'pods', containerId: container, ifname: 'eth0' });
  }

  /** Addresses that are held. */
  held(): readonly string[] {
    const entries = [...listEntries(this.files, this.place)];
    return entries.filter(({ claim }) => claim !== '').map(({ address }) => formatAddress(address));
  }

  pass(ms: number): void {
    this.nowMs += ms;
  }
}
