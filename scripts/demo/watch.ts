// Prints how blocks spread, a line whenever the map of a node changed.

import { setTimeout as sleep } from 'node:timers/promises';
import { type MapReport, mapLine } from '../../packages/node-agent/src/report/index.ts';
import type { Node } from './cluster.ts';
import { colour, line } from './say.ts';

const calmMs = 600;

/** Watches until so many members own parts and the map has been the same for a while. */
export async function watchMap(node: Node, pool: string, owners: number): Promise<void> {
  const started = performance.now();
  let shown = '';
  let changedAt = started;
  for (;;) {
    const report = await node.agent.ask<MapReport>(`/v1/map?pool=${pool}`);
    const now = performance.now();
    const [found] = report.pools;
    const cells = found === undefined ? '' : mapLine(report, found, { colour });
    if (cells !== shown) {
      line(`+${((now - started) / 1000).toFixed(2)} s  ${cells}`);
      shown = cells;
      changedAt = now;
    }
    if (found?.shares.length === owners && now - changedAt > calmMs) return;
    if (now - started > 20_000) throw new Error('the blocks did not spread within 20 s');
    await sleep(20);
  }
}
