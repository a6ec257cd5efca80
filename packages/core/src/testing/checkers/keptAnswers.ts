/** S5: an acknowledged allocation survives crashes of the agent and of the plugin. */
import { equalNumbers } from '../containers.ts';
import type { Checker } from '../types.ts';

/** What a plugin answered once is what it answers, and what is held, from then on. */
export function keptAnswers(): Checker {
  return {
    invariant: 'S5',
    says: 'an acknowledged allocation survives a crash of the agent or the plugin',
    answered(node, container, addresses) {
      const running = node.containers.find(container);
      if (running === undefined || node.containers.isWiped) return undefined;
      if (equalNumbers(running.addresses, addresses)) return undefined;
      const text = (list: readonly number[]): string =>
        list.map((address) => node.cluster.space.textOf(address)).join(' ') || 'nothing';
      return `${container} was answered ${text(running.addresses)} and now holds ${text(addresses)}`;
    },
  };
}
