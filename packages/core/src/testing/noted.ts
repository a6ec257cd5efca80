/** What the people around a node do about what it tells them. */
import type { ClusterEvent } from '../cluster/types.ts';
import type { SimNode } from './node.ts';

/** How a `forget` ended. */
export type Forgotten = Extract<ClusterEvent, { readonly type: 'forgotten' }>;

/** How long it takes until the agent of a node that has left is stopped, milliseconds. */
const stopMs = 1_000;

/** Alarms go to the checkers. Who has left is switched off. */
export function noted(node: SimNode, event: ClusterEvent): void {
  const { cluster } = node;
  if (event.type === 'alarm') cluster.alarmed(node, event.alarm);
  if (event.type === 'forgotten') node.forgotten.push(event);
  if (event.type !== 'left' || !node.isLeaving) return;
  const { life } = node;
  cluster.after(stopMs, () => {
    if (life === node.life && node.isUp) buried(node, 'left');
  });
}

/** The machine is gone with its disk and its containers. `point`: as of `SimNode.crash`. */
export function buried(node: SimNode, point: string): void {
  node.crash(point, true);
  node.containers.reboot();
  node.isGone = true;
  node.isDead = true;
}
