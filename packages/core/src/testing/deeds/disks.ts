/** Disks that refuse, forget, or go back in time. */
import { type Deed, nodeAt, rateOf } from '../deed.ts';

/** The database of one node refuses every write for a while. */
export const diskFull: Deed = {
  name: 'diskFull',
  hourly: rateOf('diskFull'),
  draw: (random) => [random.below(1024), Math.round(random.scaled(1_000, 1_200_000))],
  play(cluster, [pick, lastsMs = 0]) {
    const node = nodeAt(cluster, pick);
    node.disk.isFull = true;
    cluster.after(lastsMs, () => {
      node.disk.isFull = false;
    });
    return `the disk of ${node.name} is full for ${lastsMs} ms`;
  },
};
