/** A member that comes back after an authority gave it up: its register says nothing any more, so it stops. */

import { quarantine } from '../blocks/index.ts';
import type { Turn } from '../state/index.ts';

/** Lets go of everything. Called in every step. */
export function overruledDue(turn: Turn): void {
  const { state, env } = turn;
  const { register } = state;
  if (!env.replica.registers.isOverridden(state.member) || state.inFlight?.isSelf) return;
  state.queue = [];
  if (register.isOver) return;
  register.isOver = true;
  register.self = undefined;
  register.desk = undefined;
  register.writing = undefined;
  state.cares.clear();
  quarantine(turn, '', {
    code: 'forgotten',
    message:
      'this node was given up by an operator: all that it owned belongs to others now. Stop the agent; to bring the machine back, join again with an empty state directory',
  });
}
