// A cluster whose members are hosts of their own: each agent runs in a network namespace, all on one link. Times
// are short, so that deaths, rests and restarts can be watched.

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { overlaps, prefixOf } from '@hedgerow/core/address';
import type { AgentMap, AgentProcess } from './agentProcess.ts';
import type { Cleanup } from './cleanup.ts';
import { createLan, type Host, type Lan } from './namespaces.ts';
import { mustRun } from './run.ts';
import { createHome, createNode, type TestNode } from './testNode.ts';
import { until } from './until.ts';

/** Longer than a busy machine keeps a live agent from a heartbeat; as short as a test can wait. */
export const timing: readonly string[] = [
  ...['--heartbeat', '1s', '--reclaim-delay', '6s', '--rest', '10s'],
];

/** A member on a host of its own. */
export interface HostNode {
  readonly name: string;
  readonly node: TestNode;
  readonly host: Host;
  /** Of its last start. */
  agent: AgentProcess;
  /** Its member id. */
  id: string;
  /** Starts its agent, again. */
  start(...args: readonly string[]): Promise<void>;
}

/** Members on one link. */
export interface HostCluster {
  readonly home: string;
  readonly lan: Lan;
  readonly members: readonly HostNode[];
  /** One more host with a node that is no member yet. */
  addHost(): Promise<HostNode>;
}

/** Makes a cluster of one and lets the others join; resolves when all are ready. `options` win over `timing`. */
export async function createHostCluster(
  cleanup: Cleanup,
  size: number,
  options: readonly string[] = [],
): Promise<HostCluster> {
  const home = createHome(cleanup);
  const lan = await createLan(cleanup);
  let hosts = 0;
  const addHost = (): Promise<HostNode> => addNode(cleanup, home, lan, ++hosts, options);
  const members: HostNode[] = [];
  for (let count = 0; count < size; count++) members.push(await addHost());
  const [first, ...others] = members as [HostNode, ...HostNode[]];
  const token = await first.node.init('default=10.244.0.0/20,block=28');
  await first.start();
  await first.agent.untilReady();
  for (const { node } of others) await node.join(token);
  await Promise.all(others.map((each) => each.start()));
  for (const member of members) member.id = (await member.agent.untilReady()).member;
  return { home, lan, members, addHost };
}

async function addNode(
  cleanup: Cleanup,
  home: string,
  lan: Lan,
  at: number,
  options: readonly string[],
): Promise<HostNode> {
  const name = `n${at}`;
  const host = await lan.addHost(name, `192.0.2.${at}`);
  const reachedAt = `/ip4/${host.address}/tcp/4710`;
  const node = await createNode(cleanup, home, name, host.enter, reachedAt);
  const made: HostNode = {
    name,
    node,
    host,
    id: '',
    agent: undefined as never,
    async start(...args) {
      made.agent = node.start(...timing, ...options, ...args);
    },
  };
  return made;
}

/** Copies a node's state directory, as a snapshot or a clone of its disk would. */
export async function copyState(from: string, to: string): Promise<void> {
  mkdirSync(dirname(to), { recursive: true });
  await mustRun('cp', ['-a', from, to]);
}

/** Cuts a host off from others, both ways. Connections that stand are reset: silence would take minutes to notice. */
export async function cutOff({ host }: HostNode, ...others: readonly HostNode[]): Promise<void> {
  const addresses = others.map((other) => other.host.address).join(', ');
  const rules = ['input', 'output'].map(
    (hook) => `chain ${hook} { type filter hook ${hook} priority 0;
      ip ${hook === 'input' ? 'saddr' : 'daddr'} { ${addresses} } reject with tcp reset; }\n`,
  );
  await inside(host, `${noCut}table ip cut { ${rules.join('')} }\n`);
}

/** Ends what `cutOff` began. */
export async function heal({ host }: HostNode): Promise<void> {
  await inside(host, noCut);
}

const noCut = 'table ip cut {}\ndelete table ip cut\n';

async function inside(host: Host, input: string): Promise<void> {
  const [command = 'ip', ...args] = [...host.enter, 'nft', '-f', '-'];
  await mustRun(command, args, { input });
}

/** Who owns what of the pools, one line a piece. */
function mapLines({ pools }: AgentMap): readonly string[] {
  const pieces = pools.flatMap((pool) => pool.pieces);
  return pieces.map(
    ({ prefix, version, owner, disputed }) =>
      `${prefix} @${version} ${owner}${disputed ? ' DISPUTED' : ''}`,
  );
}

/**
 * Waits until the registers of these members agree that no address is owned twice. Who lost something to others while
 * it was silent hears of it through the set first, and shows the old holdings until it has read its own register.
 */
export async function untilOwnedOnce(members: readonly HostNode[]): Promise<void> {
  await until('no address is owned twice', async () => {
    const found = await ownedTwice(members);
    if (found.length > 0) throw new Error(found.join('; '));
    return true;
  });
}

/** Every pair of holdings that overlap, by the registers of these members. */
async function ownedTwice(members: readonly HostNode[]): Promise<readonly string[]> {
  const held = await Promise.all(
    members.map(async ({ name, agent }) => {
      const { pools } = await agent.status();
      return pools.flatMap(({ holdings }) => holdings.map(({ prefix }) => ({ name, prefix })));
    }),
  );
  const all = held.flat();
  return all.flatMap((one, at) =>
    all
      .slice(at + 1)
      .filter((other) => overlaps(prefixOf(one.prefix), prefixOf(other.prefix)))
      .map((other) => `${one.name} has ${one.prefix} and ${other.name} has ${other.prefix}`),
  );
}

/** Waits until each of these members is guarded by all others and by nobody else, and hears them all. */
export async function untilGuardedByAllOthers(members: readonly HostNode[]): Promise<void> {
  await until('all are guarded by all others', async () => {
    const all = await Promise.all(members.map(({ agent }) => agent.status()));
    return all.every(
      ({ member, guardians }) =>
        guardians.reachable === members.length - 1 && !guardians.members.includes(member),
    );
  });
}

/** Owners of what a prefix has, by a map. */
export function ownersOf(map: AgentMap, prefix: string): readonly string[] {
  return [...new Set(piecesOf(map, prefix).map(({ owner }) => owner))];
}

/** What of a map overlaps a prefix. */
export function piecesOf({ pools }: AgentMap, prefix: string): readonly Piece[] {
  const pieces = pools.flatMap((pool) => pool.pieces);
  return pieces.filter((piece) => overlaps(prefixOf(piece.prefix), prefixOf(prefix)));
}

/** A piece of a map. */
export type Piece = AgentMap['pools'][number]['pieces'][number];

/** The map that all of them have; waits until it is one. */
export function untilOneMap(members: readonly HostNode[]): Promise<AgentMap> {
  return until('all have one map', async () => {
    const maps = await Promise.all(members.map(({ agent }) => agent.map()));
    const texts = new Set(maps.map((map) => mapLines(map).join('\n')));
    return texts.size === 1 && maps[0];
  });
}
