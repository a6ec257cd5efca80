/** Status and readiness, read from the parts of a running agent. Changes nothing. */

import {
  alarmsOf,
  freeOf,
  guardiansOf,
  phaseOf,
  shownHoldings,
  waitingOf,
} from '@hedgerow/core/cluster';
import {
  type GuardianStatus,
  type PeerStatus,
  type PoolStatus,
  reportedSize,
  type Status,
} from '../report/index.ts';
import type { Readiness } from '../rundir/index.ts';
import { forwardingProblems } from './forwarding.ts';
import type { Parts } from './parts.ts';

/** What `hedgerow status` shows. */
export function statusOf(parts: Parts): Status {
  const { shell, env, genesis, state, name, routeProblems } = parts;
  const { members, registers } = env.replica;
  const node = shell.state;
  const others = [...members.keys()].filter(
    (member) => member !== node.member && !registers.isGone(member),
  ).length;
  const routes = routeProblems.map(({ prefix, reason }) => ({
    code: 'route',
    message: prefix === '' ? reason : `for a route to ${prefix}: ${reason}`,
  }));
  const files = parts.runDirectory
    .problems()
    .map((message) => ({ code: 'run-directory', message }));
  const waiting = [
    ...waitingOf(node),
    ...dialsOf(parts),
    ...files,
    ...routes,
    ...forwarding(parts),
  ];
  return {
    member: node.member,
    name,
    network: state.store.identity.network,
    state: phaseOf(node, others + 1),
    pools: genesis.pools.map((pool) => poolStatus(parts, pool.name)),
    guardians: guardianStatus(parts),
    peers: peersOf(parts),
    waiting: waiting.map((each) => ({ ...each, message: withNames(parts, each.message) })),
    alarms: alarmsOf(node).map(({ code, message }) => ({
      code,
      message: withNames(parts, message),
    })),
  };
}

function poolStatus({ shell, env, genesis }: Parts, name: string): PoolStatus {
  const pool = genesis.pools.find((each) => each.name === name) as Parts['genesis']['pools'][0];
  const { blocks } = shell.state;
  const holdings = shownHoldings(shell.state, env.nowMs)
    .filter((holding) => holding.pool === name)
    .map(({ prefix, version, use }) => ({
      prefix,
      version,
      use,
      used: blocks.get(`${name} ${prefix}`)?.used ?? 0,
      size: reportedSize(prefix),
    }));
  const { committed } = freeOf(shell.state, name);
  const reserve = holdings
    .filter(({ use }) => use === 'reserve')
    .reduce((sum, { size }) => Math.min(sum + size, Number.MAX_SAFE_INTEGER), 0);
  const { prefix, blockLength } = pool;
  return { name, prefix, blockLength, holdings, free: { committed, reserve } };
}

function guardianStatus({ shell, env }: Parts): GuardianStatus {
  const { epoch, members, quorum, reachable } = guardiansOf(shell.state);
  const { member: self, peers } = shell.state;
  const connections = members.map((member) => ({
    member,
    name: env.replica.members.get(member)?.name ?? '',
    connected: member === self || peers.get(member)?.connected === true,
  }));
  return { epoch, members, quorum, reachable, connections };
}

/** Those who left or were forgotten are there only while they are heard: then somebody must stop them. */
function peersOf({ shell, env }: Parts): readonly PeerStatus[] {
  const { members, registers } = env.replica;
  const { member: self, peers } = shell.state;
  const known = new Set([...members.keys(), ...peers.keys()]);
  known.delete(self);
  return [...known].sort().flatMap((member) => {
    const { connected = false, lastHeardMs: heard } = peers.get(member) ?? {};
    const gone = registers.isGone(member);
    if (gone && !connected) return [];
    const name = members.get(member)?.name ?? '';
    const lastHeardMs = heard === undefined ? null : Math.round(env.nowMs - heard);
    return [{ member, name, connected, lastHeardMs, ...(gone ? { gone } : {}) }];
  });
}

function dialsOf({ transport }: Parts): Status['waiting'] {
  return transport
    .dials()
    .filter(({ connected, refusal }) => !connected && refusal !== undefined)
    .map(({ member, addresses, refusal }) => ({
      code: 'connection',
      message: `for a connection to ${member ?? addresses.join(', ')}: ${refusal?.message}`,
    }));
}

function forwarding({ options, genesis }: Parts): Status['waiting'] {
  if (options.routes !== 'host-gw') return [];
  return forwardingProblems(genesis.pools).map((message) => ({ code: 'forwarding', message }));
}

/** The text with names in place of ids: people know nodes by name. */
export function withNames({ env }: Parts, message: string): string {
  let text = message;
  for (const [member, { name }] of env.replica.members) {
    if (name !== '') text = text.replaceAll(member, name);
  }
  return text;
}

/** What agent.json tells plugins. */
export function readinessOf({ genesis }: Parts, status: Status): Readiness {
  const reasons = status.waiting
    .filter((each) => each.code !== 'space')
    .map((each) => each.message);
  const pools: Record<string, { reason?: string }> = {};
  const alarms = status.alarms.map(({ message }) => message);
  // There is no space for a node in quarantine: why it is there is what whoever starts a container must know.
  const stop = status.state === 'quarantined' ? alarms.join('; ') : '';
  for (const { name } of genesis.pools) {
    const space = status.waiting.find((each) => each.code === 'space' && each.pool === name);
    const reason = stop || space?.message;
    pools[name] = reason === undefined ? {} : { reason };
  }
  const ready = status.state === 'ready' || status.state === 'isolated';
  return { ready, reasons: [...alarms, ...(ready ? [] : [status.state]), ...reasons], pools };
}
