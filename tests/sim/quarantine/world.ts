// One member and what may befall it, over the run directory as it is: the reducer, the agent's block keeper and the
// plugin's claims, all as they ship. Its agent can be killed before any change that it makes to files, notes or database.
import { type Checker, Cluster, type ClusterOptions, type SimNode } from '@hedgerow/core/testing';
import { type ClaimsRunDir, claimsRunDir } from '../claimsRunDir.ts';

const pools = [
  { name: 'default', prefix: '10.32.0.0/22', blockLength: 28, subnet: 'pool' },
] as const;
const second = 1_000;

class AgentKilled extends Error {}

/** Numbers with which no call of the plugin is killed, and no claim is another's. */
function neverKilled(): () => number {
  let count = 0;
  return () => {
    count += 1;
    return 0.5 + count / 2 ** 32;
  };
}

/** Whoever hears the alarm finds nothing open any more. */
const closedFirst: Checker = {
  invariant: 'closed first',
  says: 'what is in doubt is closed before the alarm that says so',
  alarm({ name, run, cluster }, { code, countsLive }) {
    if (countsLive !== true) return undefined;
    const given = run.add(`probe of ${code}`, cluster.poolNames, cluster.nowMs);
    return given === undefined ? undefined : `${name} says ${code} and gives out an address`;
  },
};

/** A cluster with a victim in it. */
export class World {
  readonly cluster: Cluster;
  readonly victim: SimNode;
  /** Its first member and authority, or the second where that is the victim. */
  readonly heir: SimNode;
  readonly run: ClaimsRunDir;
  /** Kills that happened. */
  kills = 0;
  private changesLeft = Number.POSITIVE_INFINITY;

  constructor(size: number, victim: number, live: number) {
    const options: ClusterOptions = {
      pools,
      runDir: (parts) => claimsRunDir({ ...parts, random: neverKilled() }),
      checkers: () => [closedFirst],
      // A copy of a disk, or an old one, writes what nobody decided.
      tolerated: ['linearizable'],
      tuning: {
        heartbeatMs: second,
        reclaimMs: 3_600 * second,
        restMs: 3_600 * second,
        lowFree: 2,
      },
    };
    this.cluster = new Cluster(7, size, options);
    this.victim = this.cluster.nodes[victim] as SimNode;
    this.heir = this.cluster.nodes[victim === 0 ? 1 : 0] as SimNode;
    this.run = this.victim.run as ClaimsRunDir;
    this.watchChanges();
    this.pass(20);
    for (let count = 0; count < live; count += 1) this.victim.containers.add();
    this.pass(10);
  }

  /** Lets seconds pass. An agent that is killed meanwhile starts again a little later. */
  pass(seconds: number): void {
    const untilMs = this.cluster.nowMs + seconds * second;
    while (this.cluster.nowMs < untilMs) {
      this.survive(() => this.cluster.runUntil(untilMs));
      if (this.cluster.violation !== undefined) throw new Error(this.cluster.violation.message);
    }
  }

  /** The agent is killed once, before its change of this number, counted from now. */
  killBefore(change: number): void {
    this.changesLeft = change;
  }

  private watchChanges(): void {
    const { run, victim } = this;
    const { disk } = victim;
    const strike = (): void => {
      this.changesLeft -= 1;
      if (this.changesLeft === 0) throw new AgentKilled();
    };
    const commit = disk.commit.bind(disk);
    const keep = disk.commitAcceptor.bind(disk);
    run.beforeChange = strike;
    disk.commit = (...write) => {
      strike();
      commit(...write);
    };
    disk.commitAcceptor = (record) => {
      strike();
      keep(record);
    };
  }

  /** Does something to the victim that may kill it. */
  survive(happens: () => void): void {
    try {
      happens();
    } catch (error) {
      if (!(error instanceof AgentKilled)) throw error;
      this.kills += 1;
      this.victim.crash('killed', false);
      this.cluster.after(5 * second, () => this.victim.start());
    }
  }

  /** Nobody hears the victim, and it hears nobody. */
  cutOff(): void {
    const { links, nodes } = this.cluster;
    for (const other of nodes) {
      if (other === this.victim) continue;
      links.cut(this.victim, other);
      links.cut(other, this.victim);
      links.disconnect(this.victim, other);
    }
    this.pass(10);
  }

  /** All hear each other again. */
  mend(): void {
    this.survive(() => this.cluster.links.mendAll());
  }

  /** An operator forgets the victim, on the heir. */
  forget(unsafe = false): void {
    const { heir, victim } = this;
    heir.take({ type: 'forget', member: victim.member, now: true, ...(unsafe ? { unsafe } : {}) });
    this.pass(60);
    const outcomes = heir.forgotten.map(({ outcome }) => outcome);
    if (outcomes.join() !== 'done') throw new Error(`it is not forgotten: ${outcomes.join()}`);
  }

  /** The victim wants to write to its register. */
  stir(): void {
    this.survive(() => this.victim.take({ type: 'wanted', pool: 'default' }));
  }

  /** Somebody empties its run directory. */
  wipe(): void {
    this.run.wipe();
    this.victim.containers.isWiped = true;
  }
}
