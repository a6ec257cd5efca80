// How long it takes to commit a block of one's own reserve: with the own store as the register, and with four
// guardians as processes on loopback. Every write is on the disk of a quorum before the next step. Run with
//   npm run bench -- --only guardians [--write]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { must } from '@hedgerow/core';
import type { Agent } from '@hedgerow/node-agent';
import { Shell, type ShellPorts } from '../packages/node-agent/src/agent/shell.ts';
import { createCleanup } from '../tests/support/cleanup.ts';
import { found, quickOptions } from '../tests/support/embedded.ts';
import { createNode } from '../tests/support/testNode.ts';
import { circumstances, createSection, machine } from './page.ts';

const samples = 101;
const others = ['b', 'c', 'd', 'e'];

/** When a commit got where, monotonic milliseconds, and what was sent for it. */
interface Commit {
  readonly wanted: number;
  readonly proposed: number;
  readonly decided: number;
  readonly stored: number;
  readonly open: number;
  readonly asks: number;
}

const commits: Commit[] = [];
let current: Partial<Commit> = {};

/** Watches the one agent of this process from between the reducer and the world. */
function watch(): void {
  const { connect, dispatch } = Shell.prototype;
  Shell.prototype.dispatch = function (input) {
    if (input.type === 'wanted') current = { wanted: performance.now(), ...current };
    dispatch.call(this, input);
  };
  Shell.prototype.connect = function (ports) {
    connect.call(this, watched(ports));
  };
}

function watched(ports: ShellPorts): ShellPorts {
  return {
    ...ports,
    send(to, message) {
      if (message.type === 'register') {
        const { asks = 0 } = current;
        current = { proposed: performance.now(), ...current, asks: asks + 1 };
      }
      ports.send(to, message);
    },
    persist(write) {
      const decided = performance.now();
      const stored = ports.persist(write);
      if (write.register !== undefined) {
        current = { ...current, decided, stored: performance.now() };
      }
      return stored;
    },
    block(effect) {
      ports.block(effect);
      const { wanted, decided = 0, stored = 0, asks = 0 } = current;
      const { proposed = decided } = current;
      current = {};
      if (effect.type !== 'publishBlock' || wanted === undefined || stored === 0) return;
      commits.push({ wanted, proposed, decided, stored, open: performance.now(), asks });
    },
  };
}

/** Takes addresses until enough of them have needed a block of their own. */
async function measure(agent: Agent, name: string): Promise<readonly Commit[]> {
  commits.length = 0;
  current = {};
  for (let at = 0; commits.length < samples; at += 1) {
    must(await agent.allocate({ pool: 'default', attachment: `${name}-${at}` }));
    if (at % 16 === 0) await sleep(10);
  }
  return commits.slice(0, samples);
}

function line(what: string, all: readonly Commit[]): string {
  const at = (share: number, of: (one: Commit) => number): number => {
    const sorted = all.map(of).sort((a, b) => a - b);
    return Number((sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(1));
  };
  const whole = (one: Commit): number => one.stored - one.wanted;
  const cells = [
    at(0.1, whole),
    at(0.5, whole),
    at(0.9, whole),
    at(0.5, ({ wanted, proposed }) => proposed - wanted),
    at(0.5, ({ proposed, decided }) => decided - proposed),
    at(0.5, ({ decided, stored }) => stored - decided),
    at(0.5, ({ stored, open }) => open - stored),
    at(0.5, ({ asks }) => asks),
  ];
  return `| ${what} | ${cells.join(' | ')} |`;
}

const { values: options } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const section = createSection('Committing a block through guardians');
const cleanup = createCleanup();
const home = mkdtempSync(join(tmpdir(), 'hedgerow-guardians-'));
cleanup.add(home, () => rmSync(home, { recursive: true, force: true }));
try {
  section.print(`A node that has nothing free opens a block of its own reserve: milliseconds from the wish until the block is committed
in the node's own database too, of ${samples} commits one after the other; then the medians of the steps on the way, and how
long it takes after that until the block is open for containers. All five agents run on this machine and share its
processors and its disk. A round is one message to each guardian and one answer; three of four decide.

Machine: ${machine(home)};
${circumstances()}.

| register kept by | fastest tenth | median | 9 of 10 within | to the proposal | to the decision | to the own disk | then open | messages to guardians |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |`);
  watch();
  const quick = quickOptions(home, 'a');
  const tuning = { ...quick.tuning, lowFree: 0, highFree: 0, reserveBlocks: 0 };
  const agent = await found(cleanup, { ...quick, tuning }, 'default=10.80.0.0/14,block=28');
  section.print(line('the own store', await measure(agent, 'alone')));
  for (const name of others) {
    const node = await createNode(cleanup, home, name);
    await node.join(must(agent.createToken(600_000)));
    await node.start().untilReady();
  }
  while (agent.status().guardians.members.length < 4) await sleep(50);
  section.print(line('four guardians', await measure(agent, 'guarded')));
} finally {
  await cleanup.run();
}
if (options.write) section.write();
