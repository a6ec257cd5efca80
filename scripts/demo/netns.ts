// The demo with real pods: hosts are network namespaces on one bridge, pods are connected by Debian's
// standard plugins with our IPAM, and host-gw routes carry packets between hosts. Needs root.

import { BlockList } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cleanup } from '../../tests/support/cleanup.ts';
import { addressOf, debianPluginDir } from '../../tests/support/cni.ts';
import { createLan, type Host, ip, type Lan, pings } from '../../tests/support/namespaces.ts';
import { machine, missing } from '../../tests/support/requires.ts';
import { mustRun } from '../../tests/support/run.ts';
import { type Cluster, command, createCluster, ipam, type Node } from './cluster.ts';
import { addPod, type MainPlugin, type Pod, removePod } from './pods.ts';
import { columns, heading, line, median, millis, seconds } from './say.ts';

/** A host and the node that runs on it. */
interface NodeHost {
  readonly host: Host;
  readonly node: Node;
}

/**
 * Sixteen blocks of 16: few, so that a host soon needs one of another host, and enough for two hosts to do
 * so one after the other, since blocks that became empty stay where they are for ten minutes.
 */
const pool = 'default=10.244.0.0/24,block=28';
const poolSize = 256;
/** Blocks are opened when they are needed, so that a burst of ADDs takes no more of them than it fills. */
const thrift = ['--low-free', '4', '--high-free', '4'];
const plugins = ['ptp', 'bridge'].map((name) => `${debianPluginDir}/${name}`);
const needs = { root: true, binaries: ['ip', 'ping', ...plugins], netns: true };

/** Tells the story; throws when something is not as it should be. */
export async function netnsDemo(base: string, cleanup: Cleanup): Promise<void> {
  const reason = missing(needs, machine());
  if (reason !== undefined) throw new Error(`--netns ${reason}.`);
  const started = performance.now();
  const summary: string[][] = [];
  heading('Three hosts as network namespaces on one bridge, an agent on each, routes by host-gw');
  const lan = await createLan(cleanup);
  const hosts = await addHosts(lan, createCluster(base, [pool], cleanup));
  const [alder, birch] = hosts;
  if (alder === undefined || birch === undefined) throw new Error('no host was made');
  await podsBy('ptp', lan, hosts, alder, summary);
  await podsBy('bridge', lan, hosts, birch, summary);
  heading('Summary');
  columns([...summary, ['the whole demo', seconds(performance.now() - started).trim()]]);
}

async function addHosts(lan: Lan, cluster: Cluster): Promise<readonly NodeHost[]> {
  const hosts: NodeHost[] = [];
  for (const [index, name] of ['alder', 'birch', 'cedar'].entries()) {
    const host = await lan.addHost(name, `192.0.2.${index + 1}`);
    const address = `/ip4/${host.address}/tcp/4710`;
    const reach = ['--routes', 'host-gw', '--node-address', host.address];
    const options = [...reach, ...thrift];
    const node = await cluster.addNode({ name, address, options, prefix: host.enter });
    line(`${name} at ${host.address}: ready`);
    hosts.push({ host, node });
  }
  return hosts;
}

/** The same story with one main plugin; `busy` is the host that runs out of its blocks. */
async function podsBy(
  main: MainPlugin,
  lan: Lan,
  hosts: readonly NodeHost[],
  busy: NodeHost,
  summary: string[][],
): Promise<void> {
  heading(`Two pods on each host by the standard plugin "${main}" with our IPAM`);
  const pods: Pod[] = [];
  const add = async (on: NodeHost, letter: string): Promise<void> => {
    const { name } = on.node.place;
    const pod = await addPod(lan, on.host, on.node, main, `${main}-${name}-${letter}`);
    if (main === 'bridge') await proxyArp(on.host);
    pods.push(pod);
    line(`${pod.label}: ${pod.address} in ${millis(pod.ms)}`);
  };
  for (const on of hosts) {
    for (const letter of ['a', 'b']) await add(on, letter);
  }
  await showRoutes(hosts);
  await pingAll(pods);
  const { name } = busy.node.place;
  heading(`${name} uses up its blocks, and gets one that another host owned`);
  const fillers = await useUpBlocks(busy.node, main);
  for (const letter of ['c', 'd']) await add(busy, letter);
  line((await command(busy.node, ['map', '--run', busy.node.place.runDir])).trimEnd());
  await pingAll(pods);
  await showRoutes(hosts);
  const times = pods.map(({ ms }) => ms);
  summary.push([`one pod by ${main} and hedgerow-ipam`, `${millis(median(times))} median`]);
  for (const pod of pods) await removePod(lan, pod);
  for (const id of fillers) await ipam(busy.node, 'DEL', id);
}

async function showRoutes(hosts: readonly NodeHost[]): Promise<void> {
  for (const { host, node } of hosts) {
    const routes = (await ip(host, ['route', 'show', 'proto', '104'])).trim().split('\n');
    line(`routes of ${node.place.name}: ${routes.map((route) => route.trim()).join(', ')}`);
  }
}

/** Lets the bridge answer for pods on other hosts: they are in its subnet, but not on its wire. */
async function proxyArp({ enter: [program = 'ip', ...enter] }: Host): Promise<void> {
  await mustRun(program, [...enter, 'sysctl', '-q', '-w', 'net.ipv4.conf.cni0.proxy_arp=1']);
}

/** Takes addresses, without pods behind them, until one lies where another node was the owner. */
async function useUpBlocks(node: Node, main: string): Promise<readonly string[]> {
  const before = await ownedBy(node);
  const taken: string[] = [];
  for (;;) {
    const id = `${main}-filler-${taken.length}`;
    const address = addressOf(await ipam(node, 'ADD', id));
    taken.push(id);
    if (!before.some((prefix) => covers(prefix, address))) {
      line(`${taken.length} addresses taken without pods; the last one is ${address}`);
      return taken;
    }
    if (taken.length > poolSize) throw new Error('no block of another host came');
  }
}

async function ownedBy({ agent }: Node): Promise<readonly string[]> {
  return (await agent.status()).pools.flatMap(({ holdings }) => holdings.map((h) => h.prefix));
}

function covers(prefix: string, address: string): boolean {
  const [start = '', length] = prefix.split('/');
  const list = new BlockList();
  list.addSubnet(start, Number(length));
  return list.check(address);
}

/** Every pod pings every other one. Routes of a block that just came may need an instant to spread. */
async function pingAll(pods: readonly Pod[]): Promise<void> {
  const pairs = pods.flatMap((from) =>
    pods.filter((to) => to !== from).map((to) => ({ from, to })),
  );
  const begun = performance.now();
  let failed = pairs;
  for (let round = 0; round < 5 && failed.length > 0; round++) {
    if (round > 0) await sleep(200);
    const answered = await Promise.all(
      failed.map(({ from, to }) => pings(from.namespace, to.address)),
    );
    failed = failed.filter((_, index) => answered[index] !== true);
  }
  if (failed.length > 0) {
    const list = failed.map(({ from, to }) => `${from.label} to ${to.label}`).join(', ');
    throw new Error(`${failed.length} of ${pairs.length} pings were not answered: ${list}`);
  }
  line(
    `${pairs.length} pings, every pod to every other: all answered, ${millis(performance.now() - begun)}`,
  );
}
