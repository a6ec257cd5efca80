// The first step of a join: get the genesis of the token's network from any member that answers.
import { ok, type Refusal, type Result, refuse } from '@hedgerow/core';
import type { NetworkId } from '@hedgerow/core/membership';
import { type AgentKey, createKey } from '../keys/index.ts';
import { explainDial } from './failures.ts';
import { askGenesis } from './genesisExchange.ts';
import { parseDialAddress } from './multiaddrs.ts';
import { createVisitor, defaultLimits } from './node.ts';
import { joinProtocol } from './protocols.ts';
import type { DialFault } from './types.ts';

/** A genesis, and who gave it from where. */
export interface FetchedGenesis {
  readonly genesis: Uint8Array;
  readonly sponsor: string;
  readonly address: string;
}

/**
 * Asks these addresses in turn for the genesis whose SHA-256 is `network`. The refusal is that of the
 * last address, with all of them in its message.
 */
export async function fetchGenesis(
  addresses: readonly string[],
  psk: Uint8Array,
  network: NetworkId,
  key: AgentKey = createKey(),
): Promise<Result<FetchedGenesis, Refusal<DialFault>>> {
  const node = await createVisitor({
    key,
    psk,
    listen: [],
    advertise: [],
    limits: defaultLimits,
    admits: () => true,
    onWrongKey: () => {},
  });
  const refusals: Refusal<DialFault>[] = [];
  try {
    await node.start();
    for (const address of addresses) {
      const result = await ask(node, address, network);
      if (result.ok) return result;
      refusals.push(result.error);
    }
  } finally {
    await node.stop();
  }
  const last = refusals.at(-1);
  if (last === undefined)
    return refuse('bad-address', 'There is no address to ask for the genesis.');
  return refuse(last.code, `Cannot join: ${refusals.map(({ message }) => message).join(' ')}`);
}

async function ask(
  node: Awaited<ReturnType<typeof createVisitor>>,
  address: string,
  network: NetworkId,
): Promise<Result<FetchedGenesis, Refusal<DialFault>>> {
  const parsed = parseDialAddress(address);
  if (!parsed.ok) return parsed;
  try {
    const connection = await node.dial(parsed.value.address);
    const asked = await askGenesis(await connection.newStream(joinProtocol), network);
    await connection.close();
    if (!asked.ok) return refuse(asked.error.code, `${address}: ${asked.error.message}`);
    return ok({ genesis: asked.value, sponsor: connection.remotePeer.toString(), address });
  } catch (error) {
    return { ok: false, error: explainDial(error, address) };
  }
}
