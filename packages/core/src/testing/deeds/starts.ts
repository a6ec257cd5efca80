/** How an agent may be stopped and started by whoever looks after it. */
import { type Deed, nodeAt, rateOf } from '../deed.ts';
import type { FaultName } from '../faults.ts';
import type { Random } from '../random.ts';
import { canLose } from '../survival.ts';
import type { StartWords } from '../types.ts';

const draw = (random: Random): readonly number[] => [
  random.below(1024),
  Math.round(random.scaled(10, 120_000)),
];

/** What the last words of an agent need to get out, milliseconds. */
const lastWordsMs = 5;

/** An agent is stopped in good order, and started again. */
export const stop: Deed = {
  name: 'stop',
  hourly: rateOf('stop'),
  draw,
  play(cluster, [pick, downMs = 0]) {
    const node = nodeAt(cluster, pick);
    if (!node.isUp) return undefined;
    const { life } = node;
    node.take({ type: 'stopping' });
    cluster.after(lastWordsMs, () => {
      if (life !== node.life) return;
      node.crash('stop', false);
      cluster.after(downMs, () => node.start());
    });
    return `the agent of ${node.name} is stopped for ${downMs} ms`;
  },
};

function restart(name: FaultName, words: StartWords, says: string, isHarmless: boolean): Deed {
  return {
    name,
    hourly: rateOf(name),
    draw,
    play(cluster, [pick, downMs = 0]) {
      const node = nodeAt(cluster, pick);
      if (!node.isUp) return undefined;
      // Its guardian duty ends: as if its store were lost to all whose registers it keeps.
      if (!isHarmless && !canLose(cluster, node)) return undefined;
      node.crash(name, false);
      cluster.after(downMs, () => node.start(words));
      return `the agent of ${node.name} restarts ${says}`;
    },
  };
}

/** An operator says that no other member is left to ask. It is wrong, and nothing went back: so nothing depends on it. */
export const alone: Deed = restart('alone', { isAlone: true }, 'with --alone', true);

/** The store suspects itself. */
export const suspect: Deed = restart(
  'suspect',
  { suspicion: 'the machine is another one' },
  'with a suspicion',
  false,
);
