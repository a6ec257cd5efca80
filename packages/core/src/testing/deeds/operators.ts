/** What people and host software do to nodes. */
import { type Deed, nodeAt, rateOf } from '../deed.ts';

/** A host gets another name or address. */
export const announce: Deed = {
  name: 'announce',
  hourly: (_, random) => random.scaled(0.1, 6),
  draw: (random) => [random.below(1024), random.below(250)],
  play(cluster, [pick, host = 0]) {
    const node = nodeAt(cluster, pick);
    node.host = host;
    node.take({ type: 'announce', body: node.announcement() });
    return `${node.name} has another address now`;
  },
};

/** Somebody removes the run directory. */
export const wipeRun: Deed = {
  name: 'wipeRun',
  hourly: rateOf('wipeRun'),
  draw: (random) => [random.below(1024)],
  play(cluster, [pick]) {
    const node = nodeAt(cluster, pick);
    node.run.wipe();
    node.containers.isWiped = true;
    node.pollSoon(1_000);
    return `the run directory of ${node.name} is removed`;
  },
};

/** Somebody tidies up: what says which addresses are taken is gone, and directories stay. */
export const tidyRun: Deed = {
  name: 'tidyRun',
  hourly: rateOf('tidyRun'),
  draw: (random) => [random.below(1024)],
  play(cluster, [pick]) {
    const node = nodeAt(cluster, pick);
    node.run.tidy();
    node.containers.isWiped = true;
    node.pollSoon(1_000);
    return `all links in the run directory of ${node.name} are removed`;
  },
};
