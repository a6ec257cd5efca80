// What is used of QuickJS's built-in modules; the build maps these names to `std` and `os`.
// Every call of `os` gives 0 or a negative errno, or a pair of a value and a positive errno.

declare module 'quickjs:std' {
  export interface StdFile {
    readAsString(maxBytes: number): string;
    getByte(): number;
    puts(text: string): void;
    flush(): void;
    close(): number;
  }
  const stdin: StdFile;
  export const out: StdFile;
  export const err: StdFile;
  export { stdin as in };
  export function open(path: string, mode: string, error: { errno?: number }): StdFile | null;
  export function getenv(name: string): string | undefined;
  export function exit(status: number): never;
}

declare module 'quickjs:os' {
  export interface OsStat {
    readonly mode: number;
    readonly nlink: number;
    readonly size: number;
    readonly uid: number;
    readonly mtime: number;
  }
  export const O_RDONLY: number;
  export const S_IFMT: number;
  export const S_IFDIR: number;
  export const S_IFLNK: number;
  export const S_IFREG: number;
  export function open(path: string, flags: number): number;
  export function close(fd: number): number;
  export function read(fd: number, buffer: ArrayBuffer, offset: number, length: number): number;
  export function readdir(path: string): readonly [readonly string[], number];
  export function readlink(path: string): readonly [string, number];
  export function lstat(path: string): readonly [OsStat | null, number];
  export function stat(path: string): readonly [OsStat | null, number];
  export function mkdir(path: string, mode: number): number;
  export function remove(path: string): number;
  export function symlink(target: string, path: string): number;
  export function rename(from: string, to: string): number;
  export function utimes(path: string, atimeMs: number, mtimeMs: number): number;
  export function sleep(ms: number): number;
}
