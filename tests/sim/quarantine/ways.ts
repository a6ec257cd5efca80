// Every way into quarantine, brought about while the agent is down (`down`: it starts afterwards) or runs.
import type { Alarm } from '@hedgerow/core/cluster';
import type { World } from './world.ts';

/** How it comes about. */
export interface Way {
  readonly name: string;
  readonly alarm: Alarm['code'];
  readonly size: number;
  /** Number of the node that it befalls. */
  readonly victim: number;
  /** A start that follows on the kill is in order: it reads what the other one wrote. */
  readonly endsWithRestart?: true;
  /** Only where containers live: without one the node just leaves. */
  readonly needsLive?: true;
  readonly down?: (world: World) => void;
  readonly running?: (world: World) => void;
}

const guarded = { size: 5, victim: 2 } as const;

/** Each with the alarm that must come of it. */
export const ways: readonly Way[] = [
  {
    name: 'forgotten',
    alarm: 'forgotten',
    ...guarded,
    down: (world) => world.forget(),
    running(world) {
      world.cutOff();
      world.forget();
      world.mend();
    },
  },
  {
    name: 'forgotten, as its own set proves, with nobody in reach',
    alarm: 'forgotten',
    ...guarded,
    down(world) {
      world.forget();
      world.victim.disk.updates.push(...world.heir.disk.updates);
      world.victim.memory.forget();
      world.cutOff();
    },
  },
  {
    name: 'given up by an authority',
    alarm: 'forgotten',
    size: 2,
    victim: 1,
    down: (world) => world.forget(true),
    running(world) {
      world.cutOff();
      world.forget(true);
      world.mend();
    },
  },
  {
    name: 'rolled back, as a hello proves',
    alarm: 'rolled-back',
    size: 2,
    victim: 0,
    down: goBack,
    running(world) {
      world.victim.crash('rolled back', false);
      goBack(world);
      world.cutOff();
      world.survive(() => world.victim.start());
      world.pass(10);
      world.mend();
    },
  },
  {
    name: 'on another machine',
    alarm: 'clone',
    ...guarded,
    down({ victim: { disk } }) {
      const startInput = disk.startInput.bind(disk);
      const suspicion = 'the machine id was x and is y';
      disk.startInput = (bootNonce) => ({ ...startInput(bootNonce), suspicion });
    },
  },
  {
    name: 'cloned: another start is in its register',
    alarm: 'clone',
    ...guarded,
    endsWithRestart: true,
    running(world) {
      const { cluster, victim } = world;
      world.cutOff();
      const copy = cluster.place(victim.signer, victim.disk.copy());
      copy.start();
      world.pass(30);
      if (copy.state?.booted !== true) throw new Error('the copy did not start');
      copy.crash('switched off', false);
      copy.isGone = true;
      world.mend();
      world.pass(5);
      world.stir();
    },
  },
  { name: 'frozen', alarm: 'frozen', ...guarded, down: freeze, running: freeze },
  {
    name: 'forgotten while it was leaving',
    alarm: 'forgotten',
    ...guarded,
    needsLive: true,
    down(world) {
      world.victim.start();
      world.pass(20);
      startLeaving(world);
      world.pass(5);
      world.victim.crash('in the middle of leaving', false);
      world.pass(10);
      world.forget();
    },
    running(world) {
      startLeaving(world);
      world.cutOff();
      world.forget();
      world.mend();
    },
  },
];

/** Back to its first state. */
function goBack({ cluster, victim }: World): void {
  victim.disk.rollBack(1_000);
  victim.memory.forget();
  cluster.registers.stored(victim, victim.disk.register, true);
}

function startLeaving(world: World): void {
  const { victim } = world;
  victim.isLeaving = true;
  world.survive(() => victim.take({ type: 'leave' }));
}

/** Two values under one ballot, signed by the victim, are shown to all its guardians. */
function freeze(world: World): void {
  const { cluster, victim } = world;
  const owner = victim.member;
  const { sign } = cluster.replicas.rules(victim.signer);
  for (const { epoch, members } of cluster.registers.setsOf(owner)) {
    const ballot = { counter: 1_000, proposer: owner, bootNonce: 'm' };
    const signed = (digest: string): Uint8Array =>
      sign({ kind: 'proposal', owner, epoch, ballot, digest });
    const proof = { ballot, digests: ['a', 'b'], signatures: [signed('a'), signed('b')] } as const;
    const ask = { type: 'freeze', owner, epoch, proof } as const;
    for (const node of cluster.nodes) {
      if (!members.some(({ member }) => member === node.member)) continue;
      node.take({ type: 'message', from: owner, message: { type: 'register', ask } });
    }
  }
  world.pass(5);
  if (victim.isUp) world.stir();
}
