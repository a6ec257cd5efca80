/** S1, where a documented limit could hide it: who can know that others have its addresses gives out none. */
import { estateOf, type NodeState } from '../../cluster/state/index.ts';
import type { SimNode } from '../node.ts';
import type { Checker } from '../types.ts';

/** In reach of somebody who knows of its end for so many periods of anti-entropy and heartbeats, a node knows it too. */
const patience = 20;

/**
 * Notes for each machine when its agent knew that its member's addresses belong to others (it was forgotten, has left,
 * was stopped as a copy or as one that went back), or when it could have known. No plugin gets an address there from
 * that step on, also while the agent is down, until a later start of it is trusted again.
 */
export function afterTheEnd(): Checker {
  const ended = new Map<SimNode, string>();
  const inReachSince = new Map<SimNode, number>();

  return {
    invariant: 'S1',
    says: 'who can know that others have its addresses gives out none',
    claimed(node, address) {
      const why = ended.get(node);
      if (why === undefined) return undefined;
      return `${node.name} gives out ${node.cluster.space.textOf(address)} though ${why}`;
    },
    stepped(node) {
      const { state, cluster } = node;
      if (state === undefined) return undefined;
      const why = reasonOf(node, state);
      if (why !== undefined) ended.set(node, why);
      else if (!state.quarantined) ended.delete(node);
      if (why !== undefined || !isInReach(node)) {
        inReachSince.delete(node);
        return undefined;
      }
      const sinceMs = inReachSince.get(node) ?? cluster.nowMs;
      inReachSince.set(node, sinceMs);
      const { syncMs, heartbeatMs } = state.tuning;
      if (cluster.nowMs - sinceMs > patience * (syncMs + heartbeatMs)) {
        ended.set(node, 'it has long been in reach of members that know of its end');
      }
      return undefined;
    },
  };
}

/** Why this agent knows that nothing is to be given out here any more. */
function reasonOf({ member, replica }: SimNode, state: NodeState): string | undefined {
  if (replica?.registers.isGone(member)) return 'its set says that it is gone';
  if (estateOf(state).sealed) return 'its register is sealed';
  if (!state.quarantined) return undefined;
  // One whose run directory was wiped goes on with the blocks that are still there.
  const stopped = [...state.alarms.values()].find(({ countsLive, code }) => {
    return countsLive && code !== 'strays';
  });
  return stopped === undefined ? undefined : `it raised ${stopped.code}`;
}

/** True while a connected, working agent knows that this node's member is gone. */
function isInReach({ cluster, member, state }: SimNode): boolean {
  if (!cluster.wronglyForgotten.has(member) && !cluster.returned.has(member)) return false;
  return cluster.nodes.some(
    ({ replica, pausedUntilMs, member: other }) =>
      replica?.registers.isGone(member) === true &&
      pausedUntilMs <= cluster.nowMs &&
      state?.peers.get(other)?.connected === true,
  );
}
