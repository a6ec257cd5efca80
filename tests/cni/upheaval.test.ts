// The ground moves under the real executable: somebody wipes the run directory, or the machine has started anew
// and the agent lays out the directory of the new boot, while a call is killed or stands still at each of
// its file operations. The agent's part is its own code.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFiles } from '@hedgerow/cni';
import { runPlace } from '@hedgerow/core/claims';
import { afterAll, describe, expect, test } from 'vitest';
import { requires } from '../support/requires.ts';
import { type AgentSide, createAgentSide, pool } from './agentSide.ts';
import { attachHere } from './attachHere.ts';
import {
  addressesOf,
  callSync,
  interrupter,
  type Operation,
  operationsOf,
  type PluginCall,
  plugin,
  type Ran,
  start,
  stoppedBelow,
} from './callPlugin.ts';
import { memory } from './places.ts';

const verbs = ['ADD', 'DEL', 'CHECK', 'GC', 'STATUS'] as const;
const signals = ['SIGKILL', 'SIGSTOP'] as const;
const log = join(mkdtempSync(join(memory, 'hedgerow-strace-')), 'log');
afterAll(() => rmSync(join(log, '..'), { recursive: true }));
const held = [{ ...pool, blocks: [] }];
const absent = requires({ binaries: [plugin, 'strace'], root: true });

function callOf({ root }: AgentSide, verb: string, id: string): PluginCall {
  const input = JSON.stringify({
    cniVersion: '1.1.0',
    name: 'pods',
    ipam: { type: 'hedgerow-ipam', runDir: root, waitMs: 0 },
    prevResult: { cniVersion: '1.1.0', ips: [{ address: '10.244.1.0/16' }] },
    'cni.dev/valid-attachments': [],
  });
  return { verb, id, input };
}

/** Kills or stops the call at an operation and lets something happen then; what the call gave. */
async function interrupt(
  call: PluginCall,
  operation: Operation,
  signal: (typeof signals)[number],
  meanwhile: () => void,
): Promise<Ran> {
  const wrapper = interrupter(operation, signal, log);
  rmSync(log, { force: true });
  const { child, ended } = start({ ...call, wrapper });
  if (signal === 'SIGKILL') {
    const ran = await ended;
    expect(ran.status).toBe(null);
    meanwhile();
    return ran;
  }
  const pid = await stoppedBelow(child, log);
  meanwhile();
  if (pid === undefined) throw new Error(`${call.verb} did not stop at ${operation.name}`);
  process.kill(pid, 'SIGCONT');
  return ended;
}

/** True when an operation comes after the last look that an ADD takes at what it has. */
function isSettled(operations: readonly Operation[], at: number): boolean {
  return operations.slice(at + 1).every(({ name }) => name !== 'readlink');
}

describe.skipIf(absent).each(verbs)('%s is interrupted everywhere', (verb) => {
  const id = verb === 'ADD' ? 'a' : 'b';

  test.each(signals)('and the run directory is wiped (%s)', async (signal) => {
    const open = async (): Promise<AgentSide> => {
      const side = createAgentSide();
      side.start();
      side.publish();
      expect(await side.told()).toContain('published');
      attachHere({ place: side.place }, held, 'b');
      return side;
    };
    const first = await open();
    const operations = operationsOf(callOf(first, verb, id), log);
    first.remove();
    expect(operations.length).toBeGreaterThan(8);
    for (const [at, operation] of operations.entries()) {
      const side = await open();
      const wipe = (): void => {
        for (const name of readdirSync(side.root))
          if (at % 2 === 0 || name !== 'agent.json')
            rmSync(join(side.root, name), { recursive: true });
        side.poll();
      };
      const ran = await interrupt(callOf(side, verb, id), operation, signal, wipe);
      if (verb === 'ADD' && ran.status === 0) expect(isSettled(operations, at)).toBe(true);
      expect((await side.told()).filter((event) => event === 'wiped')).toHaveLength(1);
      // Nothing is given until somebody looked into it, not even by an agent that starts again.
      side.stop();
      side.start();
      side.publish();
      expect(await side.told()).toContain('wiped');
      expect(callSync(callOf(side, 'ADD', 'c'))).toMatchObject({ status: 1, answer: { code: 11 } });
      expect(callSync(callOf(side, 'DEL', id)).status).toBe(0);
      expect(side.remains()).toEqual([]);
      side.remove();
    }
  });

  test.each(signals)('and the directory of a new boot is laid out (%s)', async (signal) => {
    const former = '01234567-89ab-cdef-0123-456789abcdef';
    /** As the machine left it, and as far as the agent has come: not started, without blocks, with. */
    const open = async (progress: number): Promise<AgentSide> => {
      const side = createAgentSide();
      side.start(former);
      side.publish();
      expect(await side.told()).toContain('published');
      const place = runPlace(side.root, former);
      if (place === undefined) throw new Error('no boot id');
      attachHere({ place }, held, id);
      side.stop();
      if (progress > 0) side.start();
      if (progress > 1) side.publish();
      await side.told();
      return side;
    };
    for (const progress of [0, 1, 2]) {
      const first = await open(progress);
      const operations = operationsOf(callOf(first, verb, id), log);
      first.remove();
      for (const operation of operations) {
        const side = await open(progress);
        const goOn = (): void => {
          if (progress === 0) side.start();
          side.publish();
        };
        const ran = await interrupt(callOf(side, verb, id), operation, signal, goOn);
        const told = await side.told();
        expect(told).toContain('published');
        expect(told).not.toContain('wiped');
        const holdsNothing = signal === 'SIGSTOP' && (verb !== 'ADD' || ran.status !== 0);
        if (holdsNothing) expect(side.remains()).toEqual([]);
        const isAdded = ran.status === 0 && verb === 'ADD';
        let again = callSync(callOf(side, 'ADD', 'a'));
        if (isAdded || again.status !== 0) {
          // Answered, or killed when it had all.
          expect(again).toMatchObject({ status: 1, answer: { code: 105 } });
          for (const address of addressesOf(ran))
            expect(again.answer?.['msg']).toContain(` ${address} of pool`);
          expect(callSync(callOf(side, 'DEL', 'a')).status).toBe(0);
          again = callSync(callOf(side, 'ADD', 'a'));
          expect(again.status).toBe(0);
        }
        expect(addressesOf(callSync(callOf(side, 'ADD', 'c')))).not.toEqual(addressesOf(again));
        for (const one of ['a', 'b', 'c']) callSync(callOf(side, 'DEL', one));
        expect(side.remains()).toEqual([]);
        expect(nodeFiles.lstat(join(side.root, former))).toBe('ENOENT');
        side.remove();
      }
    }
  });
});
