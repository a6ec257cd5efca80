/** Disks that refuse, forget, or go back in time. */
import { firstEstate } from '../../estate/index.ts';
import { type Deed, nodeAt, rateOf } from '../deed.ts';
import { mayGoBack } from '../survival.ts';

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

/** Goes back by some register writes and starts again. Containers stay unless the machine reboots too. */
function goBack(name: 'rollback' | 'lostWrite', most: number): Deed {
  return {
    name,
    hourly: rateOf(name),
    draw: (random) => [random.below(1024), 1 + random.below(most)],
    play(cluster, [pick, writes = 1]) {
      const node = nodeAt(cluster, pick);
      node.crash(name, false);
      node.disk.rollBack(writes);
      node.memory.forget();
      cluster.liars.add(node.member);
      cluster.registers.stored(node, node.disk.register, true);
      cluster.after(100, () => node.start());
      return `${node.name} restarts on the state of ${writes} writes ago`;
    },
  };
}

/** The same where guardians are documented to survive it; who it happens to keeps every promise. */
function goBackGuarded(name: 'restore' | 'lostTail', most: number): Deed {
  return {
    name,
    hourly: rateOf(name),
    draw: (random) => [random.below(1024), 1 + random.below(most)],
    play(cluster, [pick, writes = 1]) {
      const node = nodeAt(cluster, pick);
      const most = node.disk.guardedWrites;
      if (node.isGone || most === 0 || !mayGoBack(cluster, node)) return undefined;
      node.crash(name, false);
      node.disk.rollBack(Math.min(writes, most));
      node.memory.forget();
      cluster.after(100, () => node.start());
      return `${node.name} restarts on the state of ${Math.min(writes, most)} writes ago`;
    },
  };
}

/** A guardian restarts on any state of its database since its register is kept by others. */
export const restore: Deed = goBackGuarded('restore', 100);
/** The disk of a guardian lost the last writes that it had confirmed. */
export const lostTail: Deed = goBackGuarded('lostTail', 3);

/** A restart on any earlier state of the database. */
export const rollback: Deed = goBack('rollback', 100);
/** The disk lost the last writes that it had confirmed. */
export const lostWrite: Deed = goBack('lostWrite', 3);

/** The database is lost and the key is not: the node starts as if it had never been. */
export const wipe: Deed = {
  name: 'wipe',
  hourly: rateOf('wipe'),
  draw: (random) => [random.below(1024)],
  play(cluster, [pick]) {
    const node = nodeAt(cluster, pick);
    node.crash('wipe', false);
    node.disk.wipe(firstEstate(node.member, []), `${node.disk.storeId}+`);
    node.memory.forget();
    cluster.liars.add(node.member);
    cluster.registers.stored(node, node.disk.register, true);
    cluster.after(100, () => node.start());
    return `${node.name} restarts with its key and an empty database`;
  },
};

/** A copy of a whole machine runs beside it, with the same key and state. */
export const clone: Deed = {
  name: 'clone',
  hourly: rateOf('clone'),
  draw: (random) => [random.below(1024)],
  play(cluster, [pick]) {
    const node = nodeAt(cluster, pick);
    cluster.liars.add(node.member);
    const copy = cluster.place(node.signer, node.disk.copy());
    cluster.after(100, () => copy.start());
    return `${copy.name} is a copy of ${node.name}`;
  },
};
