// An agent that is killed at any durable step of its life: before a commit, after it, and after the messages
// that tell of it. Once as the donor, once as the asker of a first and a second grant, with a withdrawal.
// Afterwards every address has exactly one owner, all agree, and the cluster goes on granting.

import { readdirSync } from 'node:fs';
import type { Agent } from '@hedgerow/node-agent';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { bundleDoomed, createPair, doom } from '../support/crash/doom.ts';
import { countOwners, type Phase, phaseOf, readEstate } from '../support/crash/registers.ts';
import {
  type CrashNode,
  committed,
  fill,
  startNode,
  useBlocks,
} from '../support/crash/scenario.ts';
import { viewOf } from '../support/embedded.ts';
import { createHome } from '../support/testNode.ts';
import { until } from '../support/until.ts';

/** Of each test; most of a run is waiting. */
const runsAtOnce = 8;
/** For a machine that has other things to do. */
const patience = { timeout: 300_000 };

const cleanup = createCleanup();
let home = '';
beforeAll(async () => {
  home = createHome(cleanup);
  await bundleDoomed(home);
});
afterAll(() => cleanup.run());

interface Outcome {
  /** Commits of a life that was not cut short. */
  readonly commits: number | undefined;
  readonly phase: Phase;
}

async function startIn(undo: Cleanup, node: CrashNode): Promise<Agent> {
  const agent = await startNode(node);
  undo.add(node.role, () => agent.stop());
  return agent;
}

async function killDonor(killAt: string): Promise<Outcome> {
  const undo = createCleanup();
  try {
    const { donor, asker } = await createPair(home, `donor ${killAt}`);
    const life = doom(home, donor, killAt, undo);
    let agent: Agent | undefined;
    const playing = startIn(undo, asker).then(async (started) => {
      agent = started;
      await useBlocks(started);
      return started;
    });
    await Promise.race([life.ended, playing]);
    life.child.stdin?.end();
    const commits = await life.ended;
    const outbox = readEstate(donor.options.stateDir).outbox.map(
      ({ record }) => record.body.prefix,
    );
    const phase = phaseOf(outbox, agent === undefined ? [] : held(agent));
    const revived = await startIn(undo, donor);
    await expectSound(donor, revived, asker, await playing);
    return { commits, phase };
  } finally {
    await undo.run();
  }
}

async function killAsker(killAt: string): Promise<Outcome> {
  const undo = createCleanup();
  try {
    const { donor, asker } = await createPair(home, `asker ${killAt}`);
    const agent = await startIn(undo, donor);
    const commits = await doom(home, asker, killAt, undo).ended;
    const under = agent.status().waiting.filter(({ code }) => code === 'acknowledgement');
    const outbox = under.map(({ message }) => /of (\S+) to/.exec(message)?.[1] ?? '');
    const accepted = outbox.length === 0 ? [] : readEstate(asker.options.stateDir).holdings;
    const phase = phaseOf(
      outbox,
      accepted.map(({ prefix }) => prefix),
    );
    const revived = await startIn(undo, asker);
    await useBlocks(revived);
    await expectSound(donor, agent, asker, revived);
    return { commits, phase };
  } finally {
    await undo.run();
  }
}

function held(agent: Agent): readonly string[] {
  return agent.status().pools.flatMap(({ holdings }) => holdings.map(({ prefix }) => prefix));
}

async function expectSound(
  donor: CrashNode,
  first: Agent,
  asker: CrashNode,
  second: Agent,
): Promise<void> {
  // More than the first two grants hold: a third is given.
  await fill(second, 34);
  await until('the cluster has settled', () => {
    const waiting = [first, second].flatMap((agent) => agent.status().waiting);
    if (waiting.length > 0) throw new Error(waiting.map(({ message }) => message).join('; '));
    return viewOf(first) === viewOf(second);
  });
  for (const agent of [first, second]) expect(agent.status().alarms).toEqual([]);
  expect(committed(second).length).toBeGreaterThan(4);
  const open = [donor, asker].map(openBlocks);
  expect(open).toEqual([first, second].map((agent) => committed(agent).map(directoryName).sort()));
  await Promise.all([first.stop(), second.stop()]);
  const estates = [donor, asker].map(({ options }) => readEstate(options.stateDir));
  const owners = countOwners(estates, '10.81.0.0/26');
  expect([...owners].filter(([, count]) => count !== 1)).toEqual([]);
  expect(owners.size).toBe(64);
}

/** Directories that take new addresses. */
function openBlocks({ options }: CrashNode): readonly string[] {
  const found = readdirSync(options.runDir ?? '', { recursive: true, withFileTypes: true });
  return found
    .filter(({ parentPath }) => /\/(blocks|draining)$/.test(parentPath))
    .map(({ name }) => name)
    .sort();
}

function directoryName(prefix: string): string {
  return prefix.replace('/', '_');
}

/** Runs a life to its end to learn how many steps it has, then as many lives as there are ways to die. */
async function killEverywhere(live: (killAt: string) => Promise<Outcome>): Promise<void> {
  const { commits = 0 } = await live('never 0');
  expect(commits).toBeGreaterThan(8);
  const steps = Array.from({ length: commits }, (_, at) => at + 1);
  const ways = steps.flatMap((n) => [`before ${n}`, `after ${n}`, `sent ${n}`]);
  const phases = new Map<Phase, number>();
  let killed = 0;
  async function work(): Promise<void> {
    for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
      const name = way;
      const { commits, phase } = await live(name).catch((error: Error) => {
        throw new Error(`killed ${name}: ${error.message}`, { cause: error });
      });
      if (commits === undefined) killed += 1;
      phases.set(phase, (phases.get(phase) ?? 0) + 1);
    }
  }
  // All of them come to their end, also when one fails: nothing is left running.
  const works = await Promise.allSettled(Array.from({ length: runsAtOnce }, work));
  for (const each of works) if (each.status === 'rejected') throw each.reason;
  // A run may commit less often than the first one did, but most of them die where they should.
  expect(killed).toBeGreaterThan(2 * commits);
  expect([...phases.keys()].sort()).toEqual([
    'accepted, not acknowledged',
    'granted, not accepted',
    'nothing under way',
  ]);
}

it.concurrent('a donor that is killed at any step', patience, () => killEverywhere(killDonor));
it.concurrent('an asker that is killed at any step', patience, () => killEverywhere(killAsker));
