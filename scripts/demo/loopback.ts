// The demo without root: three agents as processes on loopback.

import type { Cleanup } from '../../tests/support/cleanup.ts';
import { addressOf } from '../../tests/support/cni.ts';
import { freePort } from '../../tests/support/freePort.ts';
import { usageOf } from '../../tests/support/processUsage.ts';
import { type Cluster, command, createCluster, ipam, type Node } from './cluster.ts';
import { measureNewBlocks } from './newBlocks.ts';
import { columns, heading, line, median, millis, seconds } from './say.ts';
import { watchMap } from './watch.ts';

/** 64 blocks of 16 addresses, and a pool of single addresses for one measurement. */
const pools = ['default=10.244.0.0/22,block=28', 'probe=10.250.0.0/25,block=32'];
const addsPerNode = 20;
const oneByOne = 8;

/** Lines of the summary. */
type Summary = [what: string, value: string][];

/** Tells the story; throws when something is not as it should be. */
export async function loopbackDemo(base: string, cleanup: Cleanup): Promise<void> {
  const started = performance.now();
  const summary: Summary = [];
  const cluster = createCluster(base, pools, cleanup);
  await grow(cluster, summary);
  const taken = await addMany(cluster, summary);
  showAddresses(cluster, taken);
  await killOne(cluster, taken, summary);
  heading('How long one new block takes, with a donor on loopback');
  const measured = await measureNewBlocks(cluster, await loopbackAddress());
  summary.push([
    '"no free address" to answer, a new block from a donor',
    `${millis(median(measured))} median of ${measured.length}`,
  ]);
  heading('Summary');
  summary.push(['the whole demo', seconds(performance.now() - started).trim()]);
  columns(summary);
}

async function loopbackAddress(): Promise<string> {
  return `/ip4/127.0.0.1/tcp/${await freePort()}`;
}

async function grow(cluster: Cluster, summary: Summary): Promise<void> {
  const ready: number[] = [];
  for (const [index, name] of ['alder', 'birch', 'cedar'].entries()) {
    const how = index === 0 ? 'hedgerow init --pool default=10.244.0.0/22' : 'hedgerow join TOKEN';
    heading(`${name}: ${how}, hedgerow agent`);
    const [first] = cluster.nodes;
    const wish = { name, address: await loopbackAddress() };
    const added = cluster.addNode(wish).then(({ agent }) => usageOf(agent.pid));
    if (first === undefined) await added;
    line('the address space, one cell a block of 16 addresses, a letter for each node:');
    const watched = watchMap(first ?? onlyNode(cluster), 'default', index + 1);
    const [{ cpuMs, residentMb }] = await Promise.all([added, watched]);
    ready.push(cpuMs);
    line(`ready after ${cpuMs} ms of CPU, ${residentMb.toFixed(0)} MB resident`);
  }
  summary.push(['CPU from start to ready, per agent', `${millis(median(ready))} median of 3`]);
  const resident = cluster.nodes.map(({ agent }) => usageOf(agent.pid).residentMb);
  summary.push(['resident memory of an agent', `${Math.max(...resident).toFixed(0)} MB at most`]);
}

function onlyNode({ nodes: [node] }: Cluster): Node {
  if (node === undefined) throw new Error('no node was made');
  return node;
}

/** Addresses by node and container. */
type Taken = Map<Node, Map<string, string>>;

async function addMany(cluster: Cluster, summary: Summary): Promise<Taken> {
  const total = addsPerNode * cluster.nodes.length;
  const burst = (addsPerNode - oneByOne) * cluster.nodes.length;
  heading(
    `${total} times ADD through hedgerow-ipam: ${total - burst} one by one, ${burst} at once`,
  );
  const taken: Taken = new Map(cluster.nodes.map((node) => [node, new Map()]));
  const single: number[] = [];
  const add = async (node: Node, id: string): Promise<number> => {
    const answer = await ipam(node, 'ADD', id);
    taken.get(node)?.set(id, addressOf(answer));
    return answer.ms;
  };
  for (let pod = 0; pod < oneByOne; pod++) {
    for (const node of cluster.nodes) single.push(await add(node, `${node.place.name}-${pod}`));
  }
  const begun = performance.now();
  await Promise.all(
    cluster.nodes.flatMap((node) =>
      Array.from({ length: addsPerNode - oneByOne }, (_, i) =>
        add(node, `${node.place.name}-${oneByOne + i}`),
      ),
    ),
  );
  const burstMs = performance.now() - begun;
  line(`one ADD ${millis(median(single))} (median), ${burst} at once in ${millis(burstMs)}`);
  summary.push(['one ADD, process start included', `${millis(median(single))} median`]);
  summary.push([`${burst} ADDs at once on three nodes`, millis(burstMs)]);
  return taken;
}

function showAddresses(cluster: Cluster, taken: Taken): void {
  heading('Who has which address');
  const all = [...taken.values()].flatMap((pods) => [...pods.values()]);
  const rows = cluster.nodes.map((node) => [...(taken.get(node)?.values() ?? [])]);
  columns([
    cluster.nodes.map(({ place }) => place.name),
    ...Array.from({ length: addsPerNode }, (_, at) => rows.map((row) => row[at] ?? '')),
  ]);
  const distinct = new Set(all).size;
  if (distinct !== all.length) throw new Error(`${all.length - distinct} addresses repeat`);
  line(`${all.length} addresses, ${distinct} distinct: none repeats`);
}

async function killOne(cluster: Cluster, taken: Taken, summary: Summary): Promise<void> {
  const [alder, birch, cedar] = cluster.nodes;
  if (alder === undefined || birch === undefined || cedar === undefined) return;
  heading('kill -9 of the agent of birch');
  await birch.agent.kill();
  const whole = [...taken.values()].flatMap((pods) => [...pods.values()]);
  for (const [node, id] of [
    [birch, 'birch-orphan'],
    [alder, 'alder-later'],
    [cedar, 'cedar-later'],
  ] as const) {
    const answer = await ipam(node, 'ADD', id);
    const address = addressOf(answer);
    if (whole.includes(address)) throw new Error(`${address} was given twice`);
    line(`ADD on ${node.place.name}: ${address} in ${millis(answer.ms)}`);
  }
  const gone = await ipam(birch, 'DEL', 'birch-0');
  if (!gone.ok) throw new Error(`DEL failed: ${JSON.stringify(gone.answer)}`);
  line(`DEL on birch, whose agent is dead: done in ${millis(gone.ms)}`);
  const peers = (await alder.agent.status()).peers;
  line(`alder hears: ${peers.map((p) => `${p.name} ${p.connected ? 'yes' : 'no'}`).join(', ')}`);
  heading('birch again: hedgerow agent');
  const begun = performance.now();
  await cluster.restart(birch);
  const restartMs = performance.now() - begun;
  line(`ready after ${millis(restartMs)}`);
  const held = JSON.parse(
    await command(birch, ['addr', 'ls', '--json', '--run', birch.place.runDir]),
  );
  line(`hedgerow addr ls: ${held.length} addresses held, as before`);
  if (held.length !== addsPerNode) throw new Error(`birch holds ${held.length} addresses`);
  line((await command(birch, ['map', '--pool', 'default', '--run', birch.place.runDir])).trimEnd());
  summary.push(['killed agent: restart to ready', millis(restartMs)]);
}
