/** The pools that a configuration names, as the run directory has them. */
import { ok } from '@hedgerow/core';
import {
  type AgentFile,
  listPools,
  maxPoolFileBytes,
  type OpenPool,
  parsePoolFile,
  poolPath,
  type RunPlace,
} from '@hedgerow/core/claims';
import { type CniResult, cniError } from '../contract/errors.ts';
import type { Port } from '../port.ts';
import { fileError, ioError } from '../runDirectory.ts';

/** All of them, or why one is not there. `whileStarting`: the code when the agent may yet make it. */
export function readPools(
  port: Port,
  place: RunPlace,
  names: readonly string[],
  agent: AgentFile | undefined,
  whileStarting: 'tryAgain' | 'notAvailable' = 'tryAgain',
): CniResult<readonly OpenPool[]> {
  const pools: OpenPool[] = [];
  for (const name of names) {
    const path = `${poolPath(place, name)}/pool.json`;
    const read = port.files.readText(path, maxPoolFileBytes);
    if (read === 'ENOENT' || read === 'ENOTDIR')
      return unknownPool(port, place, name, agent, whileStarting);
    if (typeof read === 'string') return ioError(`read ${path}`, read);
    const pool = parsePoolFile(read.text);
    if (!pool.ok) return fileError(pool.error);
    pools.push(pool.value);
  }
  return ok(pools);
}

/** Before the agent was ready a pool may simply not be there yet. */
function unknownPool(
  port: Port,
  place: RunPlace,
  name: string,
  agent: AgentFile | undefined,
  whileStarting: 'tryAgain' | 'notAvailable',
): ReturnType<typeof cniError> {
  if (agent?.wasReady !== true) {
    const why = agent?.reasons.join('; ') || 'start it with `hedgerow agent`';
    return cniError(whileStarting, 'the agent has not been ready since it started', why);
  }
  const known = listPools(port.files, place);
  const names = typeof known === 'string' || known.length === 0 ? 'none' : known.join(', ');
  const details = `pools of this cluster: ${names}; correct ipam.pools or add the pool`;
  return cniError('config', `there is no pool ${name}`, details);
}
