// One node: the agent in this process, the plugin as it was built.

import { join } from 'node:path';
import type { Agent, AgentOptions } from '@hedgerow/node-agent';
import type { Cleanup } from './cleanup.ts';
import { type CniAnswer, callCni } from './cni.ts';
import { found, quickOptions, start } from './embedded.ts';
import { createHome, hedgerowIpam } from './testNode.ts';

/** How one call differs from the usual. */
export interface Call {
  readonly network?: string;
  readonly netns?: string;
  /** `CNI_ARGS`. */
  readonly args?: string;
  readonly ipam?: object;
  readonly more?: object;
  readonly version?: string;
}

export interface EmbeddedNode {
  agent: Agent;
  readonly options: AgentOptions;
  readonly runDir: string;
  /** Runs the plugin. */
  cni(
    verb: 'ADD' | 'DEL' | 'CHECK' | 'GC' | 'STATUS',
    container: string,
    call?: Call,
  ): Promise<CniAnswer>;
  /** Stops the agent and starts another on the same directories. */
  restart(over?: Partial<AgentOptions>): Promise<void>;
  /** `container address` of all that is held. */
  held(): readonly string[];
}

/** A founder with this pool, such as `default=10.9.0.0/24,block=28`. */
export async function createEmbeddedNode(
  cleanup: Cleanup,
  pool: string,
  over: Partial<AgentOptions> = {},
): Promise<EmbeddedNode> {
  const home = createHome(cleanup);
  const options = { ...quickOptions(home, 'a'), ...over };
  const runDir = options.runDir ?? join(home, 'a/run');
  const node: EmbeddedNode = {
    agent: await found(cleanup, options, pool),
    options,
    runDir,
    cni(verb, containerId, { network = 'pods', netns, args, ipam = {}, more = {}, version } = {}) {
      const config = {
        cniVersion: version ?? (verb === 'GC' || verb === 'STATUS' ? '1.1.0' : '1.0.0'),
        name: network,
        ipam: { type: 'hedgerow-ipam', runDir, ...ipam },
        ...more,
      };
      const call = { plugin: hedgerowIpam, verb, containerId, config };
      return callCni({
        ...call,
        ...(netns === undefined ? {} : { netns }),
        ...(args === undefined ? {} : { args }),
      });
    },
    async restart(changed = {}) {
      await node.agent.stop();
      node.agent = await start(cleanup, { ...options, ...changed });
    },
    held: () => node.agent.addresses().map(({ container, address }) => `${container} ${address}`),
  };
  return node;
}
