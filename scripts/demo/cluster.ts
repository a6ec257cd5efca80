// A cluster of agents as processes: made by `init` and `join`, as people do it.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type AgentPlace,
  type AgentProcess,
  type Prefix,
  startAgent,
} from '../../tests/support/agentProcess.ts';
import type { Cleanup } from '../../tests/support/cleanup.ts';
import { type CniAnswer, callCni } from '../../tests/support/cni.ts';
import { mustRun } from '../../tests/support/run.ts';

const bin = fileURLToPath(new URL('../../dist/bin/', import.meta.url));

/** What the build left. */
export const hedgerow: string = join(bin, 'hedgerow');
export const plugin: string = join(bin, 'hedgerow-ipam');
export const pluginDir: string = bin.replace(/\/$/, '');

/** One node of the demo. */
export interface Node {
  readonly place: AgentPlace;
  /** Options of every command that needs to know where the node is reached. */
  readonly reach: readonly string[];
  /** Options of its agent. */
  readonly options: readonly string[];
  agent: AgentProcess;
}

/** What a node is made of. */
export interface NodeWish {
  readonly name: string;
  /** Multiaddr to listen on and to advertise. */
  readonly address: string;
  readonly options?: readonly string[];
  /** Runs the node inside a network namespace. */
  readonly prefix?: Prefix;
}

/** A cluster that grows. */
export interface Cluster {
  readonly nodes: readonly Node[];
  /** The first node makes the cluster, each further one joins by a token of the first. */
  addNode(wish: NodeWish): Promise<Node>;
  restart(node: Node): Promise<void>;
}

/** No node yet. `pools`: as `hedgerow init --pool` takes them. */
export function createCluster(base: string, pools: readonly string[], cleanup: Cleanup): Cluster {
  const nodes: Node[] = [];
  const start = (node: Omit<Node, 'agent'>): AgentProcess =>
    startAgent(hedgerow, node.place, [...node.reach, ...node.options]);
  return {
    nodes,
    async addNode(wish) {
      const made = describeNode(base, wish);
      const first = nodes[0];
      if (first === undefined) {
        const wishes = pools.flatMap((pool) => ['--pool', pool]);
        await command(made, ['init', ...wishes, '--state', made.place.stateDir, ...made.reach]);
      } else {
        const asked = ['token', 'create', '--run', first.place.runDir];
        const token = (await command(first, asked)).trim();
        await command(made, ['join', token, '--state', made.place.stateDir]);
      }
      const node: Node = { ...made, agent: start(made) };
      nodes.push(node);
      cleanup.add(`agent ${wish.name}`, () => node.agent.stop());
      await node.agent.untilReady();
      return node;
    },
    async restart(node) {
      await node.agent.kill();
      node.agent = start(node);
      await node.agent.untilReady();
    },
  };
}

function describeNode(base: string, wish: NodeWish): Omit<Node, 'agent'> {
  const directory = join(base, wish.name);
  mkdirSync(directory);
  const place: AgentPlace = {
    name: wish.name,
    stateDir: join(directory, 'state'),
    runDir: join(directory, 'run'),
    logFile: join(directory, 'log'),
    ...(wish.prefix === undefined ? {} : { prefix: wish.prefix }),
  };
  const reach = ['--listen', wish.address, '--advertise', wish.address];
  return { place, reach, options: wish.options ?? [] };
}

/** Runs a `hedgerow` command where the node lives. */
export async function command(node: Pick<Node, 'place'>, args: readonly string[]): Promise<string> {
  const [program = hedgerow, ...rest] = [...(node.place.prefix ?? []), hedgerow, ...args];
  return (await mustRun(program, rest)).stdout;
}

/** Calls our plugin by itself, as a main plugin would. */
export function ipam(
  node: Node,
  verb: 'ADD' | 'DEL',
  containerId: string,
  pool = 'default',
): Promise<CniAnswer> {
  const config = {
    cniVersion: '1.0.0',
    name: 'pods',
    type: 'hedgerow-ipam',
    ipam: { type: 'hedgerow-ipam', pools: [pool], runDir: node.place.runDir },
  };
  const { prefix } = node.place;
  return callCni({ plugin, verb, config, containerId, ...(prefix ? { prefix } : {}) });
}
