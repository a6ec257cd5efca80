// Many callers of the real executable at once, a third of them killed at random, while the agent sweeps and
// withdraws and GC runs. Counted: an address twice, one freed that somebody has, one that is left over.

import { nodeFiles } from '@hedgerow/cni';
import { formatAddress, prefixOf } from '@hedgerow/core/address';
import { drainBlock, listEntries, ownerOf, removeDrained, sweep } from '@hedgerow/core/claims';
import { expect, test } from 'vitest';
import { requires } from '../support/requires.ts';
import { addressesOf, plugin, type Ran, start } from './callPlugin.ts';
import { makeRunDirectory, type RunDirectory } from './runDirectory.ts';

const workers = 300;
const rounds = 7;
const blocks = Array.from({ length: 12 }, (_, at) => `10.244.${1 + (at >> 3)}.${(at & 7) * 32}/27`);

interface Counts {
  adds: number;
  killed: number;
  twice: string[];
}

/** A fixed sequence of numbers below `below`, so that a failure can be repeated as far as scheduling allows. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test.skipIf(requires({ binaries: [plugin] }))(
  'hundreds of calls at once, many killed: no address twice, none freed that is held, none left over',
  async () => {
    const pool = { name: 'default', prefix: '10.244.0.0/16', blockLength: 27, blocks };
    const run = makeRunDirectory([pool]);
    const live = new Map<string, string>();
    const counts: Counts = { adds: 0, killed: 0, twice: [] };
    const all = Array.from({ length: workers }, (_, at) => work(run, `w${at}`, at, live, counts));
    const agent = withdraw(run);
    await Promise.all(all);
    await agent;
    const owners = ownersOf(run);
    const foreign = [...live].filter(([address, id]) => owners.get(address) !== id);
    expect({ twice: counts.twice, foreign }).toEqual({ twice: [], foreign: [] });
    expect(counts.adds).toBeGreaterThan(workers);
    expect(counts.killed).toBeGreaterThan(workers);
    // A DEL each is all that a runtime does after a crash.
    for (let at = 0; at < workers; at += 50)
      await Promise.all(Array.from({ length: 50 }, (_, more) => call(run, 'DEL', `w${at + more}`)));
    expect(run.remains()).toEqual([]);
    run.remove();
  },
);

/** A worker adds and deletes its own container, and checks each answer against those of all others. */
async function work(
  run: RunDirectory,
  id: string,
  seed: number,
  live: Map<string, string>,
  counts: Counts,
): Promise<void> {
  const random = numbers(seed);
  const forget = (): void => {
    for (const [address, owner] of live) if (owner === id) live.delete(address);
  };
  for (let round = 0; round < rounds; round++) {
    const kill = random(3) === 0 ? random(60) / 10 : undefined;
    const verb = random(5) < 3 ? 'ADD' : 'DEL';
    if (verb === 'DEL') forget();
    const ran = await call(run, verb, id, kill);
    if (ran.status === null) counts.killed++;
    if (verb !== 'ADD' || ran.status !== 0) continue;
    counts.adds++;
    forget();
    for (const address of addressesOf(ran)) {
      const other = live.get(address);
      if (other !== undefined) counts.twice.push(`${address}: ${other} and ${id}`);
      live.set(address, id);
    }
  }
}

function call(run: RunDirectory, verb: string, id: string, killMs?: number): Promise<Ran> {
  const ipam = { type: 'hedgerow-ipam', runDir: run.root, waitMs: 0 };
  const input = JSON.stringify({ cniVersion: '1.0.0', name: 'pods', ipam });
  return start({ verb, id, input, ...(killMs === undefined ? {} : { killMs }) }).ended;
}

/** The agent's part meanwhile: one block leaves, and what the killed left behind is swept. */
async function withdraw(run: RunDirectory): Promise<void> {
  const block = prefixOf('10.244.1.0/27');
  for (let round = 0; round < 40; round++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (round === 10) drainBlock(nodeFiles, run.place, 'default', block);
    if (round > 10) removeDrained(nodeFiles, run.place, 'default', block);
    sweep(nodeFiles, run.place, { wallMs: Date.now() });
  }
}

function ownersOf(run: RunDirectory): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const entry of listEntries(nodeFiles, run.place)) {
    const owner = ownerOf(nodeFiles, run.place, entry);
    if (owner !== undefined) owners.set(formatAddress(entry.address), owner.containerId);
  }
  return owners;
}
