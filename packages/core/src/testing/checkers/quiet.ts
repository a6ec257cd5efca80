/** L4: no message storm. Traffic returns to the idle rate. */
import type { Checker } from '../types.ts';

/** Writes of a node while nothing happens: blocks of the last wishes may still go back to reserve. */
const mostQuietWrites = 4;

/**
 * The idle rate: each node compares hashes with one other a period, which takes at most four messages
 * where nothing differs, and gives a sign of life to each of its guardians. Nodes that found nobody with space ask
 * everybody again, at the longest pause.
 */
export function quiet(): Checker {
  let writes = 0;
  return {
    invariant: 'L4',
    says: 'traffic returns to the idle rate',
    stored({ cluster }) {
      if (cluster.quiet === undefined) return undefined;
      writes += 1;
      const mostWritten = mostQuietWrites * cluster.nodes.length;
      if (writes <= mostWritten) return undefined;
      return `${writes} writes in a quiet cluster: something goes round without end`;
    },
    settled({ quiet: since, links, nodes, steps, nowMs }) {
      if (since === undefined) return undefined;
      const lastedMs = nowMs - since.sinceMs;
      let most = 16 * nodes.length;
      for (const { state } of nodes) {
        if (state === undefined) continue;
        most += (lastedMs / (state.tuning.syncMs * 0.75)) * 4;
        const guardians = state.register.desk?.proposer.set.members.length ?? 0;
        const beats = Math.ceil(lastedMs / (state.tuning.heartbeatMs * 0.9));
        most += guardians * (beats + 2 * mostQuietWrites);
        const rounds = lastedMs / (state.tuning.roundPauseMaxMs * 0.75);
        for (const { answers, pausesAll } of state.demands.values()) {
          if (answers.size > 0) most += rounds * 2 * (pausesAll ? nodes.length - 1 : 3);
        }
      }
      const sent = links.sent - since.sent;
      if (sent > most) {
        return `${sent} messages in ${lastedMs / 1000} quiet seconds, ${Math.ceil(most)} are idle`;
      }
      const stepped = steps - since.steps;
      const mostSteps = 3 * most + nodes.length * (lastedMs / 1_000);
      if (stepped <= mostSteps) return undefined;
      return `${stepped} steps in ${lastedMs / 1000} quiet seconds, ${Math.ceil(mostSteps)} are idle`;
    },
  };
}
