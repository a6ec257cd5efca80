/**
 * Every change that an estate can undergo, as plain data, and what it does.
 *
 * `applyChange` is a pure function of the estate that the register holds: after a conflict the same
 * change is applied again to the value that won. It checks its own precondition and refuses; a
 * refused change leaves the estate as it was.
 */

import { covers, prefixOf, sizeOf } from '../address/index.ts';
import type { Cidr } from '../address/types.ts';
import { ok, refuse } from '../result.ts';
import { applyInherit, applyPublished, applyShut, isShut } from './census.ts';
import type { Change, Changed } from './changes.ts';
import { containing, normalise, overlapping, without } from './holdings.ts';
import { applyPrune, applyReclaim, applyTakeBack } from './recovery.ts';
import { withRecord } from './taking.ts';
import type { Estate, Holding, Use } from './types.ts';

/** The estate after the change, or why the change does not apply. */
export function applyChange(estate: Estate, change: Change): Changed {
  if (estate.sealed && !isForSealed(change)) {
    return refuse('sealed', `the estate of ${estate.member} was sealed by a forget: it ended`);
  }
  switch (change.kind) {
    case 'boot':
      return ok({ ...estate, bootNonce: change.bootNonce });
    case 'commit':
      return applyUse(estate, change.pool, change.block, 'reserve', 'committed');
    case 'release':
      return applyUse(estate, change.pool, change.block, 'committed', 'reserve');
    case 'grant':
      return applyGrant(estate, change);
    case 'accept':
      return applyAccept(estate, change);
    case 'acknowledged':
      return applyAcknowledged(estate, change);
    case 'reclaim':
    case 'seal':
      return applyReclaim(estate, change);
    case 'takeBack':
      return applyTakeBack(estate, change);
    case 'rested':
      return applyUse(estate, change.pool, change.prefix, 'resting', 'reserve');
    case 'prune':
      return applyPrune(estate, change);
    case 'shut':
      return applyShut(estate, change);
    case 'inherit':
      return applyInherit(estate, change);
    case 'published':
      return applyPublished(estate, change);
  }
}

const forSealed: readonly Change['kind'][] = ['acknowledged', 'takeBack', 'prune', 'published'];

function isForSealed({ kind }: Change): boolean {
  return forSealed.includes(kind);
}

function applyUse(estate: Estate, pool: string, block: Cidr, from: Use, to: Use): Changed {
  const prefix = prefixOf(block);
  const holding = containing(estate.holdings, pool, prefix);
  if (holding === undefined || holding.use !== from) {
    const code = from === 'committed' ? 'not-committed' : 'not-reserve';
    return refuse(code, `${block} of pool ${pool} is not ${from} here; nothing was changed`);
  }
  const holdings = [...without(estate.holdings, pool, prefix)];
  holdings.push({ ...holding, prefix: block, use: to });
  return ok({ ...estate, holdings: normalise(holdings) });
}

function applyGrant(estate: Estate, change: Change & { kind: 'grant' }): Changed {
  const { to, counter, record } = change;
  if (isShut(estate, to)) return refuse('shut', `${to} was given up by a census: it gets nothing`);
  const last = estate.out[to] ?? 0;
  if (counter !== last + 1) {
    return refuse('counter', `grant ${counter} to ${to} does not follow ${last}`);
  }
  const { pool } = record.body;
  const prefix = prefixOf(record.body.prefix);
  const parts = overlapping(estate.holdings, pool, prefix);
  const covered = parts.every(
    (part) => part.use === 'reserve' && record.body.predecessors.includes(part.record),
  );
  const left = without(estate.holdings, pool, prefix);
  if (!covered || !isWhole(parts, record.body.prefix)) {
    return refuse('not-reserve', `${record.body.prefix} is not wholly in reserve here`);
  }
  return ok({
    ...estate,
    holdings: left,
    out: { ...estate.out, [to]: counter },
    outbox: [...estate.outbox, { to, counter, record }],
  });
}

/** Do these disjoint pieces cover all of `prefix`? */
function isWhole(parts: readonly Holding[], cidr: Cidr): boolean {
  const prefix = prefixOf(cidr);
  let covered = 0n;
  for (const part of parts) {
    const own = prefixOf(part.prefix);
    covered += sizeOf(covers(own, prefix) ? prefix : own);
  }
  return covered === sizeOf(prefix);
}

function applyAccept(estate: Estate, change: Change & { kind: 'accept' }): Changed {
  const { from, counter, record } = change;
  if (isShut(estate, from)) {
    return refuse('shut', `${from} was given up by a census: nothing is taken from it`);
  }
  const last = estate.in[from] ?? 0;
  if (counter !== last + 1) {
    return refuse('counter', `grant ${counter} from ${from} does not follow ${last}`);
  }
  const taken = withRecord(estate, record, change.rest);
  return taken.ok ? ok({ ...taken.value, in: { ...estate.in, [from]: counter } }) : taken;
}

function applyAcknowledged(estate: Estate, change: Change & { kind: 'acknowledged' }): Changed {
  const outbox = estate.outbox.filter(
    (entry) => entry.to !== change.to || entry.counter > change.counter,
  );
  if (outbox.length === estate.outbox.length) {
    return refuse('nothing', `no grant to ${change.to} waits for this acknowledgement`);
  }
  return ok({ ...estate, outbox });
}
