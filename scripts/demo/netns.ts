// The demo with real pods: hosts are network namespaces on one bridge, pods are connected by Debian's
// standard plugins with our IPAM, and host-gw routes carry packets between hosts. Needs root.

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

const pool = 'default=10.244.0.0/22,block=28';
const blockSize = 16;
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
  for (const main of ['ptp', 'bridge'] as const) await podsBy(main, lan, hosts, summary);
  heading('Summary');
  columns([...summary, ['the whole demo', seconds(performance.now() - started).trim()]]);
}

async function addHosts(lan: Lan, cluster: Cluster): Promise<readonly NodeHost[]> {
  const hosts: NodeHost[] = [];
  for (const [index, name] of ['alder', 'birch', 'cedar'].entries()) {
    const host = await lan.addHost(name, `192.0.2.${index + 1}`);
    const address = `/ip4/${host.address}/tcp/4710`;
    const options = ['--routes', 'host-gw', '--node-address', host.address];
    const node = await cluster.addNode({ name, address, options, prefix: host.enter });
    line(`${name} at ${host.address}: ready`);
    hosts.push({ host, node });
  }
  return hosts;
}

/** The same story with one main plugin. */
async function podsBy(
  main: MainPlugin,
  lan: Lan,
  hosts: readonly NodeHost[],
  summary: string[][],
): Promise<void> {
  heading(`Two pods on each host by the standard plugin "${main}" with our IPAM`);
  const pods: Pod[] = [];
  const times: number[] = [];
  const add = async (on: NodeHost, label: string): Promise<void> => {
    const pod = await addPod(lan, on.host, on.node, main, `${main}-${label}`);
    if (main === 'bridge') await proxyArp(on.host);
    pods.push(pod);
    times.push(pod.ms);
    line(`${pod.label} on ${on.node.place.name}: ${pod.address} in ${millis(pod.ms)}`);
  };
  for (const [index, on] of hosts.entries()) {
    for (const letter of ['a', 'b']) await add(on, `${index}${letter}`);
  }
  const [first] = hosts;
  if (first === undefined) throw new Error('no host was made');
  line(`routes of ${first.node.place.name}:`);
  line((await ip(first.host, ['route', 'show', 'proto', '104'])).trimEnd());
  await pingAll(pods);
  heading(`${first.node.place.name} runs out of its block and gets another one`);
  const fillers = await useUpBlock(first.node, main);
  await add(first, '0c');
  await add(first, '0d');
  line((await command(first.node, ['map', '--run', first.node.place.runDir])).trimEnd());
  await pingAll(pods);
  summary.push([`one pod by ${main} and hedgerow-ipam`, `${millis(median(times))} median`]);
  for (const pod of pods) await removePod(lan, pod);
  for (const id of fillers) await ipam(first.node, 'DEL', id);
}

/** Lets the bridge answer for pods on other hosts: they are in its subnet, but not on its wire. */
async function proxyArp({ enter: [program = 'ip', ...enter] }: Host): Promise<void> {
  await mustRun(program, [...enter, 'sysctl', '-q', '-w', 'net.ipv4.conf.cni0.proxy_arp=1']);
}

/** Takes addresses, without pods behind them, until a block that was not there before gives one. */
async function useUpBlock(node: Node, main: string): Promise<readonly string[]> {
  const blocks = new Set<string>();
  const taken: string[] = [];
  while (blocks.size < 2) {
    const id = `${main}-filler-${taken.length}`;
    const address = addressOf(await ipam(node, 'ADD', id));
    taken.push(id);
    blocks.add(blockOf(address));
    if (taken.length > 4 * blockSize) throw new Error(`no second block: ${[...blocks]}`);
  }
  line(`${taken.length} more addresses taken; blocks used: ${[...blocks].join(', ')}`);
  return taken;
}

function blockOf(address: string): string {
  const last = address.lastIndexOf('.') + 1;
  const start = Number(address.slice(last)) & ~(blockSize - 1);
  return `${address.slice(0, last)}${start}/28`;
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
