// Run directories with one small pool that a test may spoil, and calls that say in short what came of them.

import { spawnSync } from 'node:child_process';
import { plugin } from './callPlugin.ts';
import { makeRunDirectory, type RunDirectory } from './runDirectory.ts';

/** Makes run directories, and removes them with whatever else was opened, last made first. */
export interface Sandbox {
  readonly open: (base?: string) => RunDirectory;
  readonly undo: (step: () => unknown) => void;
  readonly clean: () => Promise<void>;
}

export function sandbox(): Sandbox {
  const steps: (() => unknown)[] = [];
  return {
    open(base) {
      const run = makeRunDirectory(pools, base === undefined ? {} : { base });
      steps.push(() => run.remove());
      return run;
    },
    undo(step) {
      steps.push(step);
    },
    async clean() {
      for (const step of steps.splice(0).reverse()) await step();
    },
  };
}

const pools = [
  {
    name: 'default',
    prefix: '10.244.0.0/16',
    blockLength: 30,
    blocks: ['10.244.1.0/30'],
  },
];

const goodEnv = {
  CNI_COMMAND: 'ADD',
  CNI_CONTAINERID: 'c1',
  CNI_IFNAME: 'eth0',
  CNI_NETNS: '/x',
};

/** What a call said. `words` are message and details. */
export interface Said {
  readonly status: number | null;
  readonly code: unknown;
  readonly words: string;
}

/** Calls with this configuration, or with this text. */
export function call(input: object | string, env: Readonly<Record<string, string>> = {}): Said {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const all = { ...goodEnv, ...env };
  const set = Object.entries(all).filter(([, value]) => value !== 'unset');
  const options = { env: Object.fromEntries(set), input: text, encoding: 'utf8' } as const;
  const { status, stdout } = spawnSync(plugin, [], options);
  const answer = stdout === '' ? {} : JSON.parse(stdout);
  return { status, code: answer.code, words: `${answer.msg}: ${answer.details}` };
}

/** A network configuration for the run directory. */
export function config(run: RunDirectory, more: object = {}, ipam: object = {}): object {
  const all = { type: 'hedgerow-ipam', runDir: run.root, waitMs: 0, ...ipam };
  return { cniVersion: '1.0.0', name: 'pods', ipam: all, ...more };
}
