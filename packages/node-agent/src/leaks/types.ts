/** What leak collection must know of the machine, and what it tells. */
import type { LeakReport } from '../report/index.ts';

/**
 * A directory in which names of network namespaces are kept. `id` says which directory of which file
 * system it is: a name that is not in it is in it for nobody, whatever mount namespace he looks from.
 */
export interface NamespaceDirectory {
  readonly id: string;
  readonly names: ReadonlySet<string>;
}

/** Why a look says nothing. */
export interface Blind {
  readonly problem: string;
}

/** The machine's network namespaces. */
export interface Namespaces {
  directory(path: string): NamespaceDirectory | Blind;
  /** Inode of the namespace that is mounted there; undefined when none is, or nobody can tell. */
  inodeAt(path: string): string | undefined;
  /** True when nothing by that name is there, for sure. */
  isAbsent(path: string): boolean;
  /** Inodes of all network namespaces that a process is in, or that are mounted somewhere. */
  inUse(): Promise<ReadonlySet<string> | Blind>;
}

/** The collector. */
export interface LeakCollector {
  /**
   * Looks at every attachment's namespace and frees those that are gone for two looks. `isDry` frees
   * nothing, and tells what would be freed. Looks never overlap.
   */
  look(isDry: boolean): Promise<readonly LeakReport[]>;
}
