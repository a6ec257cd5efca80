// Pods as a container runtime makes them: a network namespace, and one call of the main plugin.

import { addressOf, callCni, debianPluginDir } from '../../tests/support/cni.ts';
import type { Host, Lan, Namespace } from '../../tests/support/namespaces.ts';
import { type Node, pluginDir } from './cluster.ts';

/** The standard plugins that the demo uses. */
export type MainPlugin = 'ptp' | 'bridge';

/** A connected network namespace. */
export interface Pod {
  readonly label: string;
  readonly namespace: Namespace;
  readonly address: string;
  /** Time of the ADD. */
  readonly ms: number;
  readonly call: Omit<Parameters<typeof callCni>[0], 'verb'>;
}

/** Makes the namespace and connects it. */
export async function addPod(
  lan: Lan,
  host: Host,
  node: Node,
  main: MainPlugin,
  label: string,
): Promise<Pod> {
  const namespace = await lan.addContainer(label);
  const call = {
    plugin: `${debianPluginDir}/${main}`,
    config: networkConfig(main, node.place.runDir),
    containerId: label,
    netns: namespace.path,
    path: `${pluginDir}:${debianPluginDir}`,
    prefix: host.enter,
  };
  const added = await callCni({ ...call, verb: 'ADD' });
  return { label, namespace, address: addressOf(added), ms: added.ms, call };
}

/** DEL, then the namespace goes. */
export async function removePod(lan: Lan, pod: Pod): Promise<void> {
  const removed = await callCni({ ...pod.call, verb: 'DEL' });
  if (!removed.ok) throw new Error(`DEL of ${pod.label}: ${JSON.stringify(removed.answer)}`);
  await lan.remove(pod.namespace);
}

function networkConfig(main: MainPlugin, runDir: string): Readonly<Record<string, unknown>> {
  const ipam = {
    type: 'hedgerow-ipam',
    pools: ['default'],
    runDir,
    routes: [{ dst: '0.0.0.0/0' }],
  };
  const bridge = { bridge: 'cni0', isGateway: true };
  return {
    cniVersion: '1.0.0',
    name: `pods-${main}`,
    type: main,
    ...(main === 'bridge' ? bridge : {}),
    ipam,
  };
}
