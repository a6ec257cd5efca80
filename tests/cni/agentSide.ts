// The agent's own code over a run directory, without the agent around it: one pool with one block, and what it
// tells. Durable notes outlive it, as they do a restart.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFiles } from '@hedgerow/cni';
import { ok } from '@hedgerow/core';
import { listAttachments, listEntries, type RunPlace, runPlace } from '@hedgerow/core/claims';
import {
  createRunDirectory,
  type RunDirectory,
} from '../../packages/node-agent/src/rundir/runDirectory.ts';
import { memory } from './places.ts';
import { bootId } from './runDirectory.ts';

export const pool = {
  name: 'default',
  prefix: '10.244.0.0/16',
  blockLength: 28,
  subnet: 'pool' as const,
};
const block = { pool: 'default', prefix: '10.244.1.0/28' };

export interface AgentSide {
  readonly root: string;
  /** Of this boot. */
  readonly place: RunPlace;
  /** What the agent told since the last time it was asked. */
  told(): Promise<readonly string[]>;
  /** Starts it on a boot, without blocks. */
  start(boot?: string): void;
  publish(): void;
  poll(): void;
  stop(): void;
  /** Attachments and entries of this boot. */
  remains(): readonly string[];
  remove(): void;
}

export function createAgentSide(): AgentSide {
  const base = mkdtempSync(join(memory, 'hedgerow-side-'));
  const root = join(base, 'run');
  mkdirSync(root, { mode: 0o755 });
  const place = runPlace(root, bootId);
  if (place === undefined) throw new Error('no boot id');
  const notes = new Map<string, string>();
  const events: string[] = [];
  let running: RunDirectory | undefined;
  const stop = (): void => {
    running?.stop();
    running = undefined;
  };
  return {
    root,
    place,
    async told() {
      await new Promise((resolve) => setImmediate(resolve));
      return events.splice(0);
    },
    start(boot = bootId) {
      const made = createRunDirectory({
        runDir: root,
        bootId: boot,
        files: nodeFiles,
        notes: noteStore(notes),
        pools: [pool],
        restMs: 0,
        member: '12D3KooWtest',
        name: 'node-a',
        onEvent: ({ type }) => events.push(type),
        pollMs: 3_600_000,
        collectsLeaks: false,
      });
      if (!made.ok) throw new Error(made.error.message);
      running = made.value;
      running.setReadiness({ ready: true, reasons: [], pools: {} });
    },
    publish: () => running?.publish(block),
    poll: () => running?.poll(),
    stop,
    remains: () => remainsOf(place),
    remove() {
      stop();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

type NoteStore = Parameters<typeof createRunDirectory>[0]['notes'];

function noteStore(kept: Map<string, string>): NoteStore {
  return {
    notes: (prefix) => ok(new Map([...kept].filter(([name]) => name.startsWith(prefix)))),
    putNotes(changes) {
      for (const [name, text] of Object.entries(changes)) {
        if (text === undefined) kept.delete(name);
        else kept.set(name, text);
      }
      return ok(undefined);
    },
  };
}

function remainsOf(place: RunPlace): readonly string[] {
  const attachments = listAttachments(nodeFiles, place);
  if (typeof attachments === 'string') return [];
  return [
    ...attachments.map(({ attachment }) => attachment.containerId),
    ...[...listEntries(nodeFiles, place)].map(({ claim }) => claim),
  ];
}
