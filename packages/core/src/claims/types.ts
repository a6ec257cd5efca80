/** The kind of failure of a file operation, as errno names it. */
export type FileErrorCode =
  | 'ENOENT'
  | 'EEXIST'
  | 'ENOTEMPTY'
  | 'ENOTDIR'
  | 'EISDIR'
  | 'ENOSPC'
  | 'EROFS'
  | 'EACCES'
  | 'EPERM'
  | 'ELOOP'
  | 'EINVAL'
  | 'EIO'
  | 'OTHER';

/** Outcome of a file operation: undefined is success. */
export type FileError = FileErrorCode | undefined;

/** What `lstat` tells. */
export interface FileStat {
  readonly kind: 'directory' | 'symlink' | 'file' | 'other';
  /** Hard links. Of a directory on most file systems: subdirectories + 2; 1 where the file system does not count. */
  readonly nlink: number;
  /** Milliseconds since the epoch, by the wall clock. */
  readonly mtimeMs: number;
  /** Permission bits, 0o777 and set-id bits. */
  readonly mode: number;
  readonly uid: number;
}

/**
 * The files that the run directory protocol needs, synchronous, implemented by Node, by QuickJS and by a
 * simulated disk in memory. Paths are absolute. Nothing follows a symbolic link in the last component, but for
 * `readdir` on QuickJS: the links of claims have texts for targets, so it finds nothing there.
 */
export interface Files {
  /** Names in a directory without `.` and `..`, in no order; or why not. */
  readdir(path: string): readonly string[] | FileErrorCode;
  readlink(path: string): { readonly target: string } | FileErrorCode;
  lstat(path: string): FileStat | FileErrorCode;
  mkdir(path: string): FileError;
  rmdir(path: string): FileError;
  symlink(target: string, path: string): FileError;
  unlink(path: string): FileError;
  rename(from: string, to: string): FileError;
  /** Whole file as text; one that is longer than `maxBytes`, or no plain file, is refused: EINVAL, EISDIR, ELOOP. */
  readText(path: string, maxBytes: number): { readonly text: string } | FileErrorCode;
  /** Creates or replaces a small file (by rename). */
  writeText(path: string, text: string): FileError;
  /** Sets a directory's mtime to now; of a symbolic link its own, if at all. */
  touch(path: string): FileError;
}
