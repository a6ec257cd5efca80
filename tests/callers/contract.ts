// What must hold whoever calls the plugin: containers get addresses of ours that work, and give them back,
// with the agent or without it.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { requires } from '../support/requires.ts';
import type { Ran } from '../support/run.ts';
import { until } from '../support/until.ts';
import { createSetting, type Held, heldBy, needed, type Setting } from './setting.ts';

/** A container runtime, or whoever else starts containers and calls CNI plugins for them. */
export interface Caller {
  /** Starts a container of the setting's file system that does nothing, on the caller's network. */
  start(name: string): Promise<void>;
  /** Runs a busybox command in a container. */
  exec(name: string, command: readonly string[]): Promise<Ran>;
  /** Ends a container and removes whatever the runtime kept of it. Rejects when the runtime complains. */
  remove(name: string): Promise<void>;
}

/** How a caller is set up and what is expected of it. */
export interface CallerCase {
  /** Programs beside those that all callers need. */
  readonly binaries: readonly string[];
  /** Pools that each container gets an address of. */
  readonly pools: readonly string[];
  create(setting: Setting, cleanup: Cleanup): Promise<Caller>;
}

/** A caller with its setting, the same for all its tests. */
export interface Stage {
  readonly setting: Setting;
  readonly caller: Caller;
}

/** The tests that every caller passes, then those of its own. */
export function describeCaller(
  name: string,
  { binaries, pools, create }: CallerCase,
  more: (stage: () => Stage) => void = () => {},
): void {
  const needs = { root: true, netns: true, binaries: [...needed, ...binaries] };
  describe.skipIf(requires(needs))(name, () => {
    let cleanup: Cleanup;
    let stage: Stage;
    beforeAll(async () => {
      cleanup = createCleanup();
      const setting = await createSetting(cleanup);
      stage = { setting, caller: await create(setting, cleanup) };
    });
    afterAll(() => cleanup.run());

    it('connects containers with addresses of ours, and gives them back', async () => {
      const { setting, caller } = stage;
      const [one, two] = [unique('one'), unique('two')];
      await caller.start(one);
      await caller.start(two);
      const held = await heldBy(setting);
      expect(poolsOf(held)).toEqual([...pools, ...pools].sort());
      expect(held.map(addressOf).sort()).toEqual(await addressesIn(caller, one, two));
      await expectTalk(caller, one, two);
      await caller.remove(one);
      expect((await heldBy(setting)).map(addressOf).sort()).toEqual(await addressesIn(caller, two));
      await caller.remove(two);
      await expectNothingHeld(setting);
    });

    it('does the same while the agent is dead, also with what was taken before', async () => {
      const { setting, caller } = stage;
      const [early, late, last] = [unique('early'), unique('late'), unique('last')];
      await caller.start(early);
      await setting.agent.kill();
      await caller.start(late);
      await expectTalk(caller, early, late);
      await caller.remove(early);
      await caller.start(last);
      await expectTalk(caller, last, late);
      await restart(setting);
      const held = await heldBy(setting);
      expect(poolsOf(held)).toEqual([...pools, ...pools].sort());
      expect(held.map(addressOf).sort()).toEqual(await addressesIn(caller, late, last));
      await caller.remove(late);
      await caller.remove(last);
      await expectNothingHeld(setting);
    });

    more(() => stage);
  });
}

async function restart(setting: Setting): Promise<void> {
  setting.agent = setting.node.start();
  const { alarms } = await setting.agent.untilReady();
  expect(alarms).toEqual([]);
}

/** Neither an address nor a record of one: symbolic links, as else only cursors, the link to notes and marks are. */
export async function expectNothingHeld(setting: Setting): Promise<void> {
  expect(await heldBy(setting)).toEqual([]);
  const entries = readdirSync(setting.node.place.runDir, { recursive: true, withFileTypes: true });
  const links = entries
    .filter((entry) => entry.isSymbolicLink())
    .map(({ parentPath, name }) => join(parentPath, name));
  expect(links.filter((path) => !/\/(cursor|notes|marks\/[^/]+)$/.test(path))).toEqual([]);
}

function poolsOf(held: readonly Held[]): readonly string[] {
  return held.map(({ pool }) => pool).sort();
}

function addressOf({ address }: Held): string {
  return address;
}

/** Each reaches every address of the other; a first packet may be lost while neighbours are looked for. */
async function expectTalk(caller: Caller, one: string, two: string): Promise<void> {
  for (const [from, to] of [
    [one, two],
    [two, one],
  ] as const) {
    for (const address of await addressesIn(caller, to)) {
      await until(`${from} pings ${address} of ${to}`, async () => {
        const ping = ['ping', '-c', '1', '-W', '1', address];
        const { code, stdout, stderr } = await caller.exec(from, ping);
        if (code !== 0) throw new Error(`${stdout}${stderr}`);
        return true;
      });
    }
  }
}

/** Addresses on eth0 of all of them, in order, without those that the kernel made up. */
async function addressesIn(
  caller: Caller,
  ...names: readonly string[]
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of names) {
    const shown = await until(`${name} shows its addresses`, async () => {
      // A runtime under load may lose what a short command printed.
      const list = ['ip', '-o', 'address', 'show', 'dev', 'eth0'];
      const { code, stdout, stderr } = await caller.exec(name, list);
      if (code !== 0) throw new Error(`${stdout}${stderr}`);
      return stdout.includes('scope global') && stdout;
    });
    const global = shown.matchAll(/inet6? ([\da-f.:]+)\/.*scope global/g);
    found.push(...[...global].map((match) => match[1] ?? ''));
  }
  return found.sort();
}

let made = 0;

/** A name that no container had yet: what one test left must not disturb the next. */
export function unique(name: string): string {
  made += 1;
  return `${name}-${made}`;
}
