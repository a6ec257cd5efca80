/** A run directory of one pool for tests: notes in memory, events as they are told, agents that end with the test. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ok, type Result, refuse } from '@hedgerow/core';
import type { Files } from '@hedgerow/core/claims';
import type { NoteStore } from './blockNotes.ts';
import { nodeFiles } from './nodeFiles.ts';
import { createRunDirectory, type RunDirectory, type RunEvent } from './runDirectory.ts';

export const bootId = '01234567-89ab-cdef-0123-456789abcdef';
const pool = {
  name: 'default',
  prefix: '10.0.0.0/16',
  blockLength: 26,
  subnet: 'pool' as const,
};
export const block = { pool: 'default', prefix: '10.0.1.0/26' };
const claim = '0123456789abcdef';

let base: string;
export let runDir: string;
export let pods: string;
export let notes: MemoryNotes;
export let events: RunEvent[];
export let open: RunDirectory[];

class MemoryNotes implements NoteStore {
  readonly kept: Map<string, string> = new Map();
  full = false;
  notes(prefix: string): Result<ReadonlyMap<string, string>> {
    return ok(new Map([...this.kept].filter(([name]) => name.startsWith(prefix))));
  }
  putNotes(changes: Readonly<Record<string, string | undefined>>): Result<void> {
    if (this.full) return refuse('storage', 'disk full');
    for (const [name, text] of Object.entries(changes)) {
      if (text === undefined) this.kept.delete(name);
      else this.kept.set(name, text);
    }
    return ok(undefined);
  }
}

/** Before each test. */
export function setUp(): void {
  base = mkdtempSync(join(tmpdir(), 'hg-run-'));
  runDir = join(base, 'run');
  pods = join(runDir, bootId, 'pools/default');
  notes = new MemoryNotes();
  events = [];
  open = [];
}

/** After each test. */
export function tearDown(): void {
  for (const run of open) run.stop();
  rmSync(base, { recursive: true, force: true });
}

/** What a test has otherwise. */
export interface Over {
  readonly files?: Files;
  readonly notes?: NoteStore;
  readonly bootId?: string;
  readonly wallMs?: () => number;
}

export function create(over: Over = {}): Result<RunDirectory> {
  const result = createRunDirectory({
    runDir,
    bootId,
    files: nodeFiles,
    notes,
    pools: [pool],
    member: '12D3a',
    name: 'alder',
    onEvent: (event) => events.push(event),
    pollMs: 3_600_000,
    ...over,
  });
  if (result.ok) open.push(result.value);
  return result;
}

export function start(over: Over = {}): RunDirectory {
  const result = create(over);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** The events so far without their pool, and forgets them. */
export async function told(): Promise<readonly unknown[]> {
  await new Promise((resolve) => setImmediate(resolve));
  return events.splice(0).map((event) => ('prefix' in event ? [event.type, event.prefix] : event));
}

export function take(address: string, area = 'blocks'): void {
  const attachment = join(runDir, bootId, 'attachments/pods/c1:eth0');
  mkdirSync(attachment, { recursive: true });
  symlinkSync(`default 10.0.1.0_26 ${address} `, join(attachment, claim));
  mkdirSync(join(pods, area, '10.0.1.0_26', address));
  symlinkSync('pods/c1:eth0', join(pods, area, '10.0.1.0_26', address, claim));
}

export function free(address: string, area: string): void {
  rmSync(join(pods, area, '10.0.1.0_26', address), { recursive: true, force: true });
}

export const published: readonly string[] = ['published', '10.0.1.0/26'];
export const withdrawn: readonly string[] = ['withdrawn', '10.0.1.0/26'];
export const wiped: readonly string[] = ['wiped', '10.0.1.0/26'];

/** The real files, with a look before each operation at the path that it is for. */
export function watched(before: (path: string) => void): Files {
  const entries = Object.entries(nodeFiles).map(([name, call]) => [
    name,
    (...args: readonly string[]) => {
      before(args.join(' '));
      return (call as (...args: readonly unknown[]) => unknown)(...args);
    },
  ]);
  return Object.fromEntries(entries) as unknown as Files;
}

/** Files and notes that stop working after so many changes, as if the agent were killed there. */
export function dying(changes: number): { readonly files: Files; readonly notes: NoteStore } {
  let left = changes;
  const change =
    <A extends readonly unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      if (left-- <= 0) throw new Error('killed');
      return call(...args);
    };
  const { mkdir, rmdir, rename, unlink, symlink, writeText, touch } = nodeFiles;
  const files = {
    ...nodeFiles,
    mkdir: change(mkdir),
    rmdir: change(rmdir),
    rename: change(rename),
    unlink: change(unlink),
    symlink: change(symlink),
    writeText: change(writeText),
    touch: change(touch),
  };
  const putNotes = change((texts: Parameters<NoteStore['putNotes']>[0]) => notes.putNotes(texts));
  return { files, notes: { notes: (prefix) => notes.notes(prefix), putNotes } };
}

export function until(changes: number, action: (run: RunDirectory) => void): boolean {
  try {
    action(start(dying(changes)));
    return true;
  } catch {
    return false;
  } finally {
    for (const run of open.splice(0)) {
      try {
        run.stop();
      } catch {}
    }
  }
}
