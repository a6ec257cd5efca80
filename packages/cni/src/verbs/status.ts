/**
 * STATUS: can this node give addresses? Polled every few seconds; an error makes the whole node not ready.
 * So a node that is merely full is fine unless `reportFull` says otherwise, and so is one whose agent is
 * down for a while: it gives addresses all the same.
 */
import { ok } from '@hedgerow/core';
import {
  type AgentFile,
  blockUsage,
  isFull,
  type OpenPool,
  type RunPlace,
  unmarkedText,
} from '@hedgerow/core/claims';
import { type CniResult, cniError } from '../contract/errors.ts';
import { badField, type JsonObject, readObject } from '../contract/fields.ts';
import { readRunDir } from '../contract/input.ts';
import { type IpamConfig, readIpam } from '../contract/ipam.ts';
import type { Port } from '../port.ts';
import { findPlace, ioError, readAgent } from '../runDirectory.ts';
import { checkHeard } from './heard.ts';
import { readPools } from './pools.ts';
import type { Verb } from './request.ts';

/** `50`: no new pods. `51`: and those that run may lose their addresses. */
const codes = { never: 'notAvailable', silent: 'limited' } as const;

export const status: Verb = ({ port, config }) => {
  const ipam = readIpam(port, config);
  if (!ipam.ok) return ipam;
  const reportFull = readReportFull(config);
  if (!reportFull.ok) return reportFull;
  const root = readRunDir(config);
  if (!root.ok) return root;
  const place = findPlace(port, root.value);
  if (!place.ok) return place;
  if (place.value === 'absent') {
    const details = `${root.value} does not exist; start it with \`hedgerow agent\``;
    return cniError('notAvailable', 'the agent has not been started', details);
  }
  const agent = readAgent(port, root.value);
  if (!agent.ok) return agent;
  const heard = checkHeard(port, agent.value, codes);
  if (!heard.ok) return heard;
  const pools = readPools(port, place.value, ipam.value.pools, agent.value, 'notAvailable');
  if (!pools.ok) return pools;
  for (const pool of pools.value) {
    const fine = checkPool(port, place.value, pool, agent.value, {
      excluded: ipam.value.excluded,
      reportFull: reportFull.value,
    });
    if (!fine.ok) return fine;
  }
  return ok(undefined);
};

/** `ipam.reportFull`: a node without a free address in one of its pools is not ready. */
function readReportFull(config: JsonObject): CniResult<boolean> {
  const ipam = readObject(config.ipam, 'ipam');
  if (!ipam.ok) return ipam;
  const value = ipam.value.reportFull ?? false;
  return typeof value === 'boolean' ? ok(value) : badField('ipam.reportFull', 'true or false');
}

function checkPool(
  { files }: Port,
  place: RunPlace,
  pool: OpenPool,
  agent: AgentFile | undefined,
  options: Pick<IpamConfig, 'excluded'> & { readonly reportFull: boolean },
): CniResult<undefined> {
  const blocks = blockUsage(files, place, pool.name);
  if (typeof blocks === 'string') return ioError(`read pool ${pool.name}`, blocks);
  const open = blocks.filter(({ area, isMarked }) => area === 'blocks' && isMarked);
  const why = agent?.pools[pool.name]?.reason ?? agent?.reasons.join('; ');
  const unmarked = blocks.find(({ isMarked }) => !isMarked);
  const tidied = unmarked && unmarkedText(unmarked.block);
  const details = tidied ?? (why || 'the agent asks the other nodes for one');
  if (open.length === 0)
    return cniError('notAvailable', `this node has no block of pool ${pool.name}`, details);
  if (!options.reportFull) return ok(undefined);
  const areFull = open.every(({ block, used }) => isFull(pool, block, options.excluded, used));
  if (!areFull) return ok(undefined);
  return cniError('notAvailable', `this node has no free address in pool ${pool.name}`, details);
}
