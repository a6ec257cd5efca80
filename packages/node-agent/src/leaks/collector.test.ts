import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { apartMs } from './collector.ts';
import { TestMachine } from './testMachine.ts';
import type { LeakCollector } from './types.ts';

const minuteMs = 60_000;
const path = '/run/netns/cni-1';

let machine: TestMachine;
let collector: LeakCollector;
let inode: string;
beforeEach(() => {
  machine = new TestMachine();
  collector = machine.collector();
  inode = machine.open(path);
  machine.add('c1', path);
});

/** One look a minute; what the last one told, in short. */
async function looks(count: number, dry = false): Promise<readonly string[]> {
  let told: readonly string[] = [];
  for (let look = 0; look < count; look++) {
    machine.pass(minuteMs);
    told = (await collector.look(dry)).map(({ state, reason }) => `${state}: ${reason}`);
  }
  return told;
}

describe('an attachment whose namespace is gone', () => {
  test('is freed at the second look, with all that belongs to it', async () => {
    expect(await looks(3)).toEqual([]);
    machine.names.delete(path);
    expect(await looks(1)).toEqual([expect.stringMatching(/^waiting: .*is gone; it is freed if/)]);
    expect(machine.held()).toHaveLength(1);
    machine.pass(minuteMs);
    expect(await collector.look(false)).toEqual([
      {
        address: '10.1.0.16',
        pool: 'default',
        network: 'pods',
        container: 'c1',
        interface: 'eth0',
        netns: path,
        state: 'freed',
        reason: `${path} is gone`,
      },
    ]);
    expect(machine.held()).toEqual([]);
    expect(machine.files.tree().filter((name) => name.includes('c1:eth0'))).toEqual([]);
    expect(await looks(2)).toEqual([]);
  });

  test('is not freed by looks that follow each other closely', async () => {
    await looks(1);
    machine.names.delete(path);
    for (let look = 0; look < 10; look++) {
      machine.pass(apartMs / 10 - 1);
      expect((await collector.look(false))[0]?.state).toBe('waiting');
    }
    expect(machine.held()).toHaveLength(1);
  });

  test('is only told of by a dry run', async () => {
    await looks(1);
    machine.names.delete(path);
    expect(await looks(5, true)).toEqual([`due: ${path} is gone`]);
    expect(machine.held()).toHaveLength(1);
  });

  test('is freed after a restart of the agent too, which has to look twice', async () => {
    await looks(1);
    machine.names.delete(path);
    await looks(1);
    collector = machine.collector();
    expect((await looks(1))[0]).toMatch(/^waiting/);
    expect((await looks(1))[0]).toMatch(/^freed/);
  });

  test('is freed when its ADD never got to its end', async () => {
    const [address] = machine.held();
    const entry = machine.files.tree().find((name) => name.includes(`/${address}/`)) ?? '';
    machine.files.unlink(entry.split(' ')[0] ?? '');
    await looks(1);
    machine.names.delete(path);
    await looks(2);
    expect(machine.files.tree().filter((name) => name.includes('c1:eth0'))).toEqual([]);
  });
});

describe('an attachment is kept', () => {
  async function expectKept(reason: RegExp): Promise<void> {
    for (const told of await looks(5)) expect(told).toMatch(reason);
    expect(machine.held()).toContain('10.1.0.16');
  }

  test('when its namespace was never seen: another mount namespace may have it', async () => {
    machine.names.delete(path);
    await expectKept(/^kept: .*never seen here/);
  });
  test('when only a plain file was ever seen', async () => {
    machine.names.set(path, '');
    await expectKept(/^kept: .*no namespace can be seen behind it/);
    machine.names.delete(path);
    await expectKept(/^kept: .*never seen here/);
  });
  test('while the directory of namespaces is missing as a whole', async () => {
    await looks(1);
    machine.directories.clear();
    machine.names.clear();
    await expectKept(/^kept: .*ENOENT/);
  });
  test('while the directory cannot be read', async () => {
    await looks(1);
    machine.names.delete(path);
    machine.blind = '/run/netns cannot be read (EACCES)';
    await expectKept(/^kept: .*EACCES/);
  });
  test('when another directory lies over the one where it was seen', async () => {
    await looks(1);
    machine.names.clear();
    machine.directories.set('/run/netns', '7:1');
    await expectKept(/^kept: .*not the directory any more/);
  });
  test('while a process is in its namespace, also when all names are gone at once', async () => {
    machine.used.add(inode);
    await looks(1);
    machine.names.clear();
    await expectKept(/^(waiting|kept: .*something still uses)/);
    machine.used.clear();
    expect((await looks(1))[0]).toMatch(/^freed/);
  });
  test('while nobody can tell which namespaces processes are in', async () => {
    await looks(1);
    machine.names.clear();
    machine.blindProc = 'run as root';
    await expectKept(/^(waiting|kept: run as root)/);
  });
  test('when its namespace comes back at the last moment', async () => {
    await looks(1);
    machine.names.clear();
    await looks(1);
    machine.beforeLastLook = () => machine.open(path);
    expect(await looks(1)).toEqual([`kept: ${path} came back`]);
    expect(machine.held()).toEqual(['10.1.0.16']);
    expect(machine.add('c1', path)).toBe('held');
  });
  test('when the look between two others failed', async () => {
    await looks(1);
    machine.names.clear();
    await looks(1);
    machine.blind = 'EIO';
    await looks(1);
    machine.blind = undefined;
    expect((await looks(1))[0]).toMatch(/^waiting/);
  });
  test('when it was added again in another namespace without a DEL', async () => {
    await looks(1);
    machine.names.clear();
    await looks(1);
    machine.open('/run/netns/cni-2');
    let address = '';
    machine.beforeLastLook = () => {
      address = machine.add('c1', '/run/netns/cni-2');
    };
    await looks(1);
    machine.beforeLastLook = () => {};
    expect(await looks(3)).toEqual([]);
    expect(machine.held()).toEqual([address]);
  });
  test('when the run directory does not work, and then it is freed by the next look', async () => {
    await looks(1);
    machine.names.clear();
    await looks(1);
    const broken = { ...machine.files, unlink: () => 'EIO' as const };
    const before = machine.files.tree();
    const spoilt = machine.collector(broken);
    await spoilt.look(false);
    machine.pass(minuteMs);
    expect((await spoilt.look(false))[0]?.reason).toMatch(/EIO/);
    expect(machine.held()).toEqual(['10.1.0.16']);
    expect(before.filter((name) => !machine.files.tree().includes(name))).toEqual([]);
    expect((await looks(1))[0]).toMatch(/^freed/);
  });
  test.each([
    ['', /named no namespace/],
    ['netns/a', /no plain absolute path/],
    ['/run/netns/../netns/a', /no plain absolute path/],
    ['/run/netns/', /no plain absolute path/],
    ['/proc/4711/ns/net', /names a process/],
  ])('when its namespace is called "%s"', async (netns, reason) => {
    machine = new TestMachine();
    collector = machine.collector();
    machine.add('c1', netns);
    expect((await looks(4))[0]).toMatch(reason);
    expect(machine.held()).toHaveLength(1);
  });
});

/** A dumb model of containers: one is alive while its namespace has a name or a process. */
test('whatever happens in whatever order, a container that is alive keeps its address', async () => {
  const look = fc.record({ kind: fc.constant('look'), which: fc.integer({ min: 1, max: 3 }) });
  const pod = fc.constantFrom('add', 'again', 'move', 'close', 'end', 'del');
  const fault = fc.constantFrom('blind', 'sight', 'sight', 'cover', 'restart');
  const event = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: pod, which: fc.nat({ max: 2 }) }) },
    { weight: 4, arbitrary: look },
    { weight: 1, arbitrary: fc.record({ kind: fault, which: fc.nat({ max: 1 }) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 5, maxLength: 60 }), async (events) => {
      const world = new World();
      for (const { kind, which } of events) await world.happen(kind, which);
      await world.settle();
    }),
    { numRuns: 200 },
  );
});

interface Container {
  readonly path: string;
  readonly inode: string;
  readonly address: string;
}

class World {
  readonly machine: TestMachine = new TestMachine();
  #collector = this.machine.collector();
  readonly #containers = new Map<number, Container>();
  #opened = 0;

  async happen(kind: string, which: number): Promise<void> {
    const { machine } = this;
    const container = this.#containers.get(which);
    if (kind === 'add' && container === undefined) this.#add(which);
    if (kind === 'again' && container !== undefined && this.#isAlive(container)) {
      expect(machine.add(`c${which}`, container.path)).toBe('held');
    }
    if (kind === 'close' && container !== undefined) machine.names.delete(container.path);
    if (kind === 'end' && container !== undefined) {
      machine.names.delete(container.path);
      machine.used.delete(container.inode);
    }
    // A runtime that starts it again without a DEL.
    if (kind === 'move' && container !== undefined) this.#move(which, container);
    if (kind === 'del' && container !== undefined) {
      machine.del(`c${which}`);
      this.#containers.delete(which);
    }
    if (kind === 'blind') machine.blind = 'EACCES';
    if (kind === 'sight') machine.blind = undefined;
    if (kind === 'cover') machine.directories.set('/run/netns', `${which}:9`);
    if (kind === 'restart') this.#collector = machine.collector();
    if (kind === 'look') await this.#look(which);
    this.#check();
  }

  /** Once nothing happens any more, whatever died under its name and was seen is freed. */
  async settle(): Promise<void> {
    this.machine.blind = undefined;
    await this.#look(1);
    for (const { path, inode } of this.#containers.values()) {
      if (!this.machine.names.has(path)) continue;
      this.machine.names.delete(path);
      this.machine.used.delete(inode);
    }
    const reports = await this.#look(3);
    for (const { reason } of reports) expect(reason).toMatch(/never seen|still uses|any more/);
  }

  #move(which: number, { path, inode }: Container): void {
    this.machine.names.delete(path);
    this.machine.used.delete(inode);
    this.#add(which);
  }

  #add(which: number): void {
    const path = `/run/netns/${this.#opened++}`;
    const inode = this.machine.open(path);
    const address = this.machine.add(`c${which}`, path);
    // What died without a DEL keeps its address until it is found out: its successor does not start before.
    if (address === 'held') {
      this.machine.names.delete(path);
      return;
    }
    this.machine.used.add(inode);
    this.#containers.set(which, { path, inode, address });
  }

  async #look(times: number): ReturnType<LeakCollector['look']> {
    let last: Awaited<ReturnType<LeakCollector['look']>> = [];
    for (let look = 0; look < times; look++) {
      this.machine.pass(minuteMs);
      last = await this.#collector.look(false);
    }
    return last;
  }

  #isAlive({ path, inode }: Container): boolean {
    return this.machine.names.has(path) || this.machine.used.has(inode);
  }

  #check(): void {
    const alive = [...this.#containers.values()].filter((each) => this.#isAlive(each));
    const held = this.machine.held();
    for (const { address } of alive) expect(held).toContain(address);
    expect(new Set(alive.map(({ address }) => address)).size).toBe(alive.length);
  }
}
