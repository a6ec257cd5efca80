/** What the people around a node do about what it tells them. */
import type { ClusterEvent } from '../cluster/contract/index.ts';
import type { Cluster } from './cluster.ts';
import type { SimNode } from './node.ts';

/** How a `forget` ended. */
export type Forgotten = Extract<ClusterEvent, { readonly type: 'forgotten' }>;

/** How long it takes until a machine that has left, or was forgotten, is switched off, milliseconds. */
const stopMs = 1_000;

/** After so long nothing of a `forget` that was refused is under way any more, milliseconds. */
const overMs = 60_000;

/** Alarms go to the checkers. Who has left, or says that it was given up by mistake, is switched off. */
export function respond(node: SimNode, event: ClusterEvent): void {
  const { cluster } = node;
  if (event.type === 'alarm') {
    cluster.alarmed(node, event.alarm);
    if (event.alarm.code === 'forgotten' && cluster.wronglyForgotten.has(node.member))
      switchOff(node, 'forgotten');
  }
  if (event.type === 'forgotten') {
    node.forgotten.push(event);
    if (event.outcome === 'refused') cluster.after(overMs, () => withdraw(cluster, event.member));
  }
  if (event.type === 'left' && node.isLeaving) switchOff(node, 'left');
}

/** A wrong word that had no effect excuses nothing, unless somebody still says it or a guardian accepted it. */
function withdraw({ nodes, wronglyForgotten }: Cluster, member: string): void {
  const isUnderWay = nodes.some(
    ({ state, disk }) =>
      state?.cares.get(member)?.kind === 'forget' ||
      [...disk.acceptors.values()].some(
        ({ owner, accepted }) => owner === member && accepted?.cell.value.sealed === true,
      ),
  );
  if (!isUnderWay) wronglyForgotten.delete(member);
}

function switchOff(node: SimNode, point: string): void {
  const { life } = node;
  node.cluster.after(stopMs, () => {
    if (life === node.life && node.isUp && !node.neglect.isLeftOn) bury(node, point);
  });
}

/** The machine is gone with its disk and its containers. `point`: as of `SimNode.crash`. */
export function bury(node: SimNode, point: string): void {
  node.crash(point, true);
  node.containers.reboot();
  node.isGone = true;
  node.isDead = true;
  node.buriedBy = point;
}
