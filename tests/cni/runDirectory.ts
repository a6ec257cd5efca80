// A run directory on the real disk as an agent leaves it, for tests and benchmarks of the plugin alone.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFiles } from '@hedgerow/cni';
import { prefixOf } from '@hedgerow/core/address';
import {
  listAttachments,
  listEntries,
  openPlace,
  publishBlock,
  publishPool,
  type RunPlace,
  runPlace,
  writeAgentFile,
} from '@hedgerow/core/claims';

/** One pool with the blocks that are open. */
export interface PublishedPool {
  readonly name: string;
  readonly prefix: string;
  readonly blockLength: number;
  readonly blocks: readonly string[];
}

export interface RunDirectory {
  readonly root: string;
  readonly place: RunPlace;
  publish(pool: string, block: string): void;
  /** Texts of all entries and attachments: empty when nothing is held and nothing is left over. */
  remains(): readonly string[];
  remove(): void;
}

export const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** Makes one below `base` with a ready agent's file. */
export function makeRunDirectory(
  pools: readonly PublishedPool[],
  options: { readonly base?: string; readonly restMs?: number } = {},
): RunDirectory {
  const base = mkdtempSync(join(options.base ?? tmpdir(), 'hedgerow-run-'));
  const root = join(base, 'run');
  mkdirSync(root, { mode: 0o755 });
  const place = runPlace(root, bootId);
  if (place === undefined) throw new Error(`no boot id: ${bootId}`);
  openPlace(nodeFiles, place);
  const publish = (pool: string, block: string): void => {
    const error = publishBlock(nodeFiles, place, pool, prefixOf(block));
    if (error !== undefined) throw new Error(`cannot publish ${block}: ${error}`);
  };
  for (const { name, prefix, blockLength, blocks } of pools) {
    const pool = { name, prefix, blockLength, subnet: 'pool' } as const;
    publishPool(nodeFiles, place, pool, options.restMs ?? 0);
    for (const block of blocks) publish(name, block);
  }
  writeReady(root);
  const remains = (): readonly string[] => {
    const attachments = listAttachments(nodeFiles, place);
    if (typeof attachments === 'string') throw new Error(attachments);
    const entries = [...listEntries(nodeFiles, place)];
    return [
      ...attachments.map(({ attachment }) => attachment.containerId),
      ...entries.map(({ address, claim }) => `${address.value} ${claim}`),
    ];
  };
  return { root, place, publish, remains, remove: () => rmSync(base, { recursive: true }) };
}

function writeReady(root: string): void {
  writeAgentFile(nodeFiles, root, {
    member: '12D3KooWtest',
    name: 'node-a',
    bootId,
    uptimeSeconds: Number.parseFloat(readFileSync('/proc/uptime', 'utf8')),
    ready: true,
    wasReady: true,
    reasons: [],
    forgetRestMs: 24 * 3_600_000,
    pools: {},
  });
}
