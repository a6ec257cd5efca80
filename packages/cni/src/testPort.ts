/** A port in memory for tests: a node's run directory, one request at a time, no real clock. */
import { prefixOf } from '@hedgerow/core/address';
import {
  type AgentFile,
  createMemoryFiles,
  type MemoryFiles,
  openPlace,
  publishBlock,
  publishPool,
  type RunPlace,
  runPlace,
  writeAgentFile,
} from '@hedgerow/core/claims';
import { main } from './main.ts';
import type { Port } from './port.ts';

export const testBootId = 'b0071d00-0000-4000-8000-000000000001';

/** What one call gave. `answer` is the parsed standard output, or undefined when there was none. */
export interface Answer {
  readonly status: number;
  readonly answer: Readonly<Record<string, unknown>> | undefined;
  readonly log: string;
}

export interface TestNode {
  readonly files: MemoryFiles;
  readonly place: RunPlace;
  /** Milliseconds that have passed: wall clock and uptime. */
  readonly clock: { passedMs: number };
  /** Called at each sleep of the plugin, after its time has passed. */
  onSleep: () => void;
  /** One call of the plugin with a JSON value, or with raw text, on standard input. */
  call(env: Readonly<Record<string, string>>, input: unknown): Answer;
  publish(...blocks: readonly string[]): void;
  writeAgent(change: Partial<AgentFile>): void;
}

/** A node whose agent is ready, with the pools `default` and `six` and the blocks asked for. */
export function createTestNode(...blocks: readonly string[]): TestNode {
  const clock = { passedMs: 1_000_000 };
  const files = createMemoryFiles({ nowMs: () => clock.passedMs });
  const place = runPlace('/run/hedgerow', testBootId) as RunPlace;
  const node: TestNode = {
    files,
    place,
    clock,
    onSleep: () => undefined,
    call: (env, input) => callOn(node, env, input),
    publish(...more) {
      for (const block of more) publishBlock(files, place, poolOf(block), prefixOf(block));
    },
    writeAgent(change) {
      const uptimeSeconds = node.clock.passedMs / 1000;
      writeAgentFile(files, '/run/hedgerow', { ...readyAgent, uptimeSeconds, ...change });
    },
  };
  files.mkdir('/run');
  files.mkdir('/run/hedgerow');
  openPlace(files, place);
  const pools = [
    { name: 'default', prefix: '10.244.0.0/16', blockLength: 30, subnet: 'pool' },
    { name: 'six', prefix: 'fd00::/64', blockLength: 126, subnet: 'pool' },
    { name: 'classic', prefix: '10.9.0.0/16', blockLength: 29, subnet: 'block' },
  ] as const;
  for (const pool of pools) publishPool(files, place, pool, 30_000);
  node.publish(...blocks);
  node.writeAgent({});
  return node;
}

function poolOf(block: string): string {
  if (block.includes(':')) return 'six';
  return block.startsWith('10.9.') ? 'classic' : 'default';
}

const readyAgent: Omit<AgentFile, 'layout'> = {
  member: '12D3KooWtest',
  name: 'node-a',
  bootId: testBootId,
  uptimeSeconds: 0,
  ready: true,
  wasReady: true,
  reasons: [],
  forgetRestMs: 24 * 3_600_000,
  pools: {},
};

let claims = 0;

function callOn(node: TestNode, env: Readonly<Record<string, string>>, input: unknown): Answer {
  let out = '';
  let log = '';
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const port: Port = {
    files: node.files,
    env: (name) => env[name],
    readInput: (maxBytes) => (text.length > maxBytes ? undefined : text),
    answer(more) {
      out += more;
    },
    log(line) {
      log += `${line}\n`;
    },
    wallMs: () => node.clock.passedMs,
    uptimeSeconds: () => node.clock.passedMs / 1000,
    sleepMs(ms) {
      node.clock.passedMs += ms;
      node.onSleep();
    },
    randomId: () => (claims++).toString(16).padStart(32, '0'),
    uid: () => 0,
    bootId: () => testBootId,
  };
  const status = main(port);
  return { status, answer: out === '' ? undefined : JSON.parse(out), log };
}

/** The environment of one call. */
export function envOf(
  command: string,
  containerId = 'c1',
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const netns = `/run/netns/${containerId}`;
  return {
    CNI_COMMAND: command,
    CNI_CONTAINERID: containerId,
    CNI_IFNAME: 'eth0',
    CNI_NETNS: netns,
    ...more,
  };
}
