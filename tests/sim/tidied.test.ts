// Somebody removes all links in the run directory of a node whose containers live on: their addresses look free.
import { allCheckers, Cluster, type ClusterOptions, type SimNode } from '@hedgerow/core/testing';
import { describe, expect, it } from 'vitest';
import { claimsRunDir } from './claimsRunDir.ts';

const minute = 60_000;
/** What is empty goes back soon, and to whoever asks. */
const tuning = { withdrawAfterMs: 10_000, lowFree: 1, highFree: 2, reserveBlocks: 0 };

/** A cluster whose first node has containers in some blocks, and then its links removed. */
function tidiedCluster(
  options: ClusterOptions,
  isDown: boolean,
): { cluster: Cluster; node: SimNode } {
  const cluster = new Cluster(7, 3, { checkers: allCheckers, tuning, ...options });
  cluster.runUntil(2 * minute);
  const node = cluster.nodes[0] as SimNode;
  for (let at = 0; at < 100; at++) node.containers.add();
  cluster.runUntil(cluster.nowMs + minute);
  expect(node.containers.running.length).toBe(100);
  if (isDown) node.crash('test', false);
  cluster.injected('tidyRun');
  node.run.tidy();
  node.containers.isWiped = true;
  node.pollSoon(1_000);
  return { cluster, node };
}

describe.each([
  ['the model', {}],
  ['the real run directory', { runDir: claimsRunDir }],
])('%s', (_, options) => {
  it.each([false, true])(
    'no address is given twice, and the node says so (agent down: %s)',
    (isDown) => {
      const { cluster, node } = tidiedCluster(options, isDown);
      // The checkers know all containers: an address of theirs on a second one ends the run.
      for (let at = 0; at < 40; at++) node.containers.add();
      cluster.runUntil(cluster.nowMs + minute);
      node.start();
      cluster.runUntil(cluster.nowMs + 10 * minute);
      for (const other of cluster.nodes.slice(1)) {
        for (let at = 0; at < 300; at++) other.containers.add();
      }
      cluster.runUntil(cluster.nowMs + 10 * minute);
      expect(cluster.violation).toBe(undefined);
      expect(node.alarms.map(({ code }) => code)).toContain('wiped');
      expect(node.state?.quarantined).toBe(true);
      // After a reboot no container lives, and it works again.
      node.crash('reboot', false);
      node.containers.reboot();
      node.start();
      cluster.runUntil(cluster.nowMs + 5 * minute);
      const before = node.containers.running.length;
      node.containers.add();
      cluster.runUntil(cluster.nowMs + minute);
      expect(node.containers.running.length).toBe(before + 1);
      expect(cluster.violation).toBe(undefined);
    },
  );
});
