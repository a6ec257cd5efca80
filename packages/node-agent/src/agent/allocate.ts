/**
 * Addresses for programs that embed the agent: the same claims in the same run directory as the plugin's,
 * so both may be used on one node at once.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, type Result, refuse } from '@hedgerow/core';
import { formatAddress, prefixOf } from '@hedgerow/core/address';
import { ipEntry } from '@hedgerow/core/book';
import {
  type Attachment,
  attach,
  checkAttachment,
  detach,
  type OpenPool,
} from '@hedgerow/core/claims';
import { nodeFiles } from '../rundir/index.ts';
import { placeOf, restMsOf } from './assemble.ts';
import type { Parts } from './parts.ts';
import { statusOf } from './reports.ts';
import type { Agent, Allocation, AttachmentName } from './types.ts';

const defaultWaitMs = 5_000;
const lookAgainMs = 20;

type Wish = Parameters<Agent['allocate']>[0];

/** See `Agent.allocate`. */
export async function allocate(parts: Parts, wish: Wish): Promise<Result<Allocation>> {
  const pool = parts.genesis.pools.find((each) => each.name === wish.pool);
  if (pool === undefined) {
    const names = parts.genesis.pools.map((each) => each.name).join(', ');
    return refuse('unknown-pool', `No pool is named "${wish.pool}"; this cluster has: ${names}.`);
  }
  const attachment = attachmentOf(wish.attachment);
  if (!attachment.ok) return attachment;
  const open: OpenPool = {
    ...pool,
    prefix: prefixOf(pool.prefix),
    restMs: restMsOf(parts.options),
  };
  const deadlineMs = performance.now() + (wish.waitMs ?? defaultWaitMs);
  for (;;) {
    const held = attach(
      {
        files: nodeFiles,
        place: placeOf(parts),
        attachment: attachment.value,
        netns: '',
        // A program calls us itself: nothing between the two takes an ADD back.
        repeat: 'answer',
        newClaim: () => randomBytes(16).toString('hex'),
        wallMs: Date.now,
        waitForSpace: () => false,
      },
      [{ pool: open, excluded: [] }],
    );
    const first = held.ok ? held.value[0] : undefined;
    if (first !== undefined) {
      const { address: cidr, gateway } = ipEntry(open, first.address);
      const address = formatAddress(first.address);
      return ok({ address, cidr, gateway, pool: pool.name });
    }
    if (held.ok || held.error.code !== 'no-space') return held as Result<Allocation>;
    if (performance.now() > deadlineMs) return refuse('no-space', reasonOf(parts, pool.name));
    parts.runDirectory.want(pool.name);
    await sleep(lookAgainMs);
  }
}

function reasonOf(parts: Parts, pool: string): string {
  const { state, waiting, alarms } = statusOf(parts);
  const space = waiting.find((each) => each.code === 'space' && each.pool === pool);
  const stop = alarms.map(({ message }) => message).join('; ');
  const waits = space === undefined ? '' : ` This node waits: ${space.message}.`;
  const why = state === 'quarantined' ? ` This node gives out none: ${stop}.` : waits;
  return `No address of pool "${pool}" became free in time; nothing was changed.${why}`;
}

/** See `Agent.release`. */
export function release(parts: Parts, name: AttachmentName): Result<void> {
  const attachment = attachmentOf(name);
  if (!attachment.ok) return attachment;
  const error = detach(nodeFiles, placeOf(parts), attachment.value);
  if (error === undefined) return ok(undefined);
  return refuse('io', `The run directory did not work (${error}); what is held stays held.`);
}

function attachmentOf(name: AttachmentName): Result<Attachment> {
  const parts =
    typeof name === 'string' ? { network: 'library', container: name, interface: 'lib0' } : name;
  const { network, container, interface: ifname } = parts;
  return checkAttachment({ network, containerId: container, ifname });
}
