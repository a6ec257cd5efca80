// What the spawner uses of QuickJS's modules beyond what the plugin uses.

declare module 'quickjs:std' {
  export function loadFile(path: string): string | null;
}

declare module 'quickjs:os' {
  export interface ExecOptions {
    readonly block: boolean;
    readonly usePath: boolean;
    readonly env: Readonly<Record<string, string>>;
    readonly stdin: number;
    readonly stdout: number;
    readonly stderr: number;
  }
  export function exec(command: readonly string[], options: ExecOptions): number;
  export function waitpid(pid: number, options: number): readonly [number, number];
  export function now(): number;
}
