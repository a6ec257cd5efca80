/**
 * How a member comes into being: by `init`, which makes a cluster, or by a first `join`. Each makes the
 * key, the register and the database together, once; nothing is left behind when it fails.
 */
import { randomBytes } from 'node:crypto';
import { must, ok, type Result, refuse } from '@hedgerow/core';
import { formatPrefix, parseCidr, prefixOf, subtract } from '@hedgerow/core/address';
import { firstEstate } from '@hedgerow/core/estate';
import {
  checkGenesis,
  decodeGenesis,
  encodeGenesis,
  type Founder,
  type Genesis,
  genesisHoldings,
  type MemberId,
  type NetworkId,
  networkIdOf,
  type Pool,
  soleFounder,
} from '@hedgerow/core/membership';
import type { Versioned } from '@hedgerow/core/register';
import type { AgentKey } from '../keys/index.ts';
import {
  birthKey,
  checkUnused,
  createState,
  forgetPreparedKey,
  type NewStore,
} from '../store/index.ts';
import { checkToken, decodeToken } from '../token/index.ts';
import { fetchGenesis } from '../transport/index.ts';

/** What `init` needs. */
export interface InitOptions {
  readonly stateDir: string;
  readonly cluster: string;
  readonly pools: readonly Pool[];
  /** Other members that own parts from the start; this member gets what they do not. Default: none. */
  readonly founders?: readonly Founder[];
}

/** A member that was just made. */
export interface Born {
  readonly member: MemberId;
  readonly network: NetworkId;
}

/** Makes a new cluster with this node as its first member. Changes nothing when it refuses. */
export function initCluster(options: InitOptions): Result<Born> {
  const { stateDir, cluster, pools, founders = [] } = options;
  const unused = checkUnused(stateDir);
  if (!unused.ok) return unused;
  const key = birthKey(stateDir);
  if (!key.ok) return key;
  const { member } = key.value;
  const genesis = checkGenesis({
    cluster,
    nonce: randomBytes(16).toString('hex'),
    pools,
    founders: withFounder(founders, pools, member),
    authorities: [member],
  });
  if (!genesis.ok) return genesis;
  return beBorn(stateDir, key.value, genesis.value, new Uint8Array(randomBytes(32)), []);
}

/** What `join` needs. */
export interface JoinOptions {
  readonly stateDir: string;
  readonly token: string;
  readonly nowMs?: number;
}

/** Makes this node a member of the token's cluster. Changes nothing when it refuses. */
export async function joinCluster(options: JoinOptions): Promise<Result<Born>> {
  const unused = checkUnused(options.stateDir);
  if (!unused.ok) return unused;
  const decoded = decodeToken(options.token);
  if (!decoded.ok) return decoded;
  const token = checkToken(decoded.value, { nowMs: options.nowMs ?? Date.now() });
  if (!token.ok) return token;
  const { dial, psk, network } = token.value;
  const fetched = await fetchGenesis(dial, psk, network);
  if (!fetched.ok) return fetched;
  const genesis = decodeGenesis(fetched.value.genesis);
  if (!genesis.ok) return genesis;
  if (networkIdOf(genesis.value) !== network) {
    return refuse(
      'genesis-mismatch',
      `The node that answered gave the genesis of ${networkIdOf(genesis.value)}, but the token is for ` +
        `${network}. Nothing was changed; make a new token on a member of the right cluster.`,
    );
  }
  const key = birthKey(options.stateDir);
  if (!key.ok) return key;
  return beBorn(options.stateDir, key.value, genesis.value, psk, dial);
}

/** The founders, with `member` for all that none of them owns. Malformed lists are the genesis' to refuse. */
function withFounder(
  founders: readonly Founder[],
  pools: readonly Pool[],
  member: MemberId,
): readonly Founder[] {
  if (founders.length === 0) return [soleFounder({ pools }, member)];
  if (founders.some((founder) => !Array.isArray(founder?.prefixes))) return founders;
  const prefixes = pools.flatMap(({ name, prefix }) => {
    const given = founders
      .flatMap((founder) => founder.prefixes)
      .filter((part) => part.pool === name)
      .flatMap((part) => {
        const parsed = parseCidr(part.prefix);
        return parsed.ok ? [parsed.value] : [];
      });
    return subtract(prefixOf(prefix), given).map((rest) => ({
      pool: name,
      prefix: formatPrefix(rest),
    }));
  });
  const others = founders.filter((founder) => founder.member !== member);
  const own = founders.find((founder) => founder.member === member)?.prefixes ?? [];
  return [{ member, prefixes: [...own, ...prefixes] }, ...others];
}

function beBorn(
  stateDir: string,
  key: AgentKey,
  genesis: Genesis,
  psk: Uint8Array,
  bootstrap: readonly string[],
): Result<Born> {
  const { member } = key;
  const network = networkIdOf(genesis);
  const estate = firstEstate(member, genesisHoldings(genesis, member));
  const register: Versioned = {
    ballot: { counter: 0, proposer: member, bootNonce: '' },
    estate,
  };
  const contents: NewStore = {
    member,
    network,
    genesis: encodeGenesis(genesis),
    psk,
    bootstrap,
    register,
    updates: [],
  };
  const created = createState(stateDir, key, contents);
  if (!created.ok) return created;
  forgetPreparedKey(stateDir);
  return ok({ member, network });
}

/** The genesis that a store was made with. Throws when the database holds another: it was tampered with. */
export function storedGenesis(bytes: Uint8Array, network: NetworkId): Genesis {
  const genesis = must(decodeGenesis(bytes));
  if (networkIdOf(genesis) !== network) throw new Error('the stored genesis is of another network');
  return genesis;
}
