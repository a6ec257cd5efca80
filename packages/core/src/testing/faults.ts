/**
 * Every fault by name, with its unit and the highest rate it may have. Nothing goes wrong in a simulated
 * cluster that is not in this table.
 *
 * `share`: of messages, of writes, or of crashes. `hourly`: times a node and hour.
 */
import type { Random } from './random.ts';

/** What a fault is, and how often it may strike. */
export interface FaultShape {
  /** `share`: of messages, of writes, or of crashes. `hourly`: times a node and hour. */
  readonly unit: 'share' | 'hourly';
  /** Highest rate, in that unit. */
  readonly most: number;
  /** What happens, in one line. */
  readonly says: string;
  /**
   * True: a self-register is documented not to survive it, or it breaks what it says on purpose, or a node is of no
   * use after it until it reboots. Such faults are on only where a run asks for them.
   */
  readonly special?: true;
}

const share = (most: number, says: string): FaultShape => ({ unit: 'share', most, says });
const hourly = (most: number, says: string): FaultShape => ({ unit: 'hourly', most, says });
const special = (shape: FaultShape): FaultShape => ({ ...shape, special: true });

/** Name of a fault. */
export type FaultName =
  | 'lose'
  | 'duplicate'
  | 'reorder'
  | 'delay'
  | 'delayHours'
  | 'staleReplay'
  | 'flood'
  | 'partition'
  | 'oneWay'
  | 'disconnect'
  | 'crash'
  | 'crashBeforePersist'
  | 'crashAfterPersist'
  | 'crashAfterSend'
  | 'reboot'
  | 'down'
  | 'slow'
  | 'pause'
  | 'join'
  | 'writeError'
  | 'diskFull'
  | 'clockSkew'
  | 'clockJump'
  | 'clockFreeze'
  | 'forge'
  | 'oversize'
  | 'replayRecord'
  | 'greedy'
  | 'lie'
  | 'equivocate'
  | 'lostWrite'
  | 'rollback'
  | 'wipe'
  | 'clone'
  | 'wipeRun'
  | 'initTwice'
  | 'tornWrite'
  | 'surge'
  | 'die'
  | 'forget'
  | 'restore'
  | 'lostTail'
  | 'leave'
  | 'wrongForget'
  | 'tidyRun'
  | 'stop'
  | 'alone'
  | 'suspect'
  | 'leaveLive'
  | 'linger'
  | 'revive'
  | 'dieBeyond'
  | 'forgetUnsafe'
  | 'slander';

/** The table of faults. */
export const faultTable: Readonly<Record<FaultName, FaultShape>> = {
  lose: share(0.5, 'a message is lost'),
  duplicate: share(0.3, 'a message arrives twice'),
  reorder: share(0.5, 'a message overtakes those before it'),
  delay: share(0.2, 'a message is up to a minute late'),
  delayHours: share(0.02, 'a message is up to three hours late'),
  staleReplay: share(0.05, 'a copy of a message arrives again minutes or hours later'),
  flood: hourly(20, 'a hundred copies of a recent message arrive at once'),
  partition: hourly(4, 'two groups of nodes do not hear each other for a while'),
  oneWay: hourly(4, 'one node does not hear another, which hears it'),
  disconnect: hourly(20, 'a connection breaks and comes back'),
  crash: hourly(
    20,
    'the agent is killed between two steps; half of all kills also lose entries of others that were only kept',
  ),
  crashBeforePersist: hourly(
    20,
    'the agent is killed while a write is under way: it is not stored',
  ),
  crashAfterPersist: hourly(20, 'the agent is killed when a write is stored and nobody was told'),
  crashAfterSend: hourly(20, 'the agent is killed among the effects that follow a write'),
  reboot: hourly(6, 'the machine reboots: its containers are gone'),
  down: hourly(6, 'the agent is down for minutes while containers come and go'),
  slow: hourly(6, 'a node needs a second for each step for a while'),
  pause: hourly(6, 'a node stops between two steps for up to ten minutes, and goes on'),
  join: hourly(2, 'a new member joins'),
  writeError: share(0.3, 'the database refuses a write'),
  diskFull: hourly(6, 'the database refuses all writes for a while'),
  clockSkew: hourly(6, "a node's clock runs up to twice as fast or half as fast"),
  clockJump: hourly(6, "a node's clock jumps ahead by up to a day"),
  clockFreeze: hourly(6, "a node's clock stands still for a while"),
  forge: hourly(
    60,
    'a member sends records that others did not sign, or gives away what it does not own',
  ),
  oversize: hourly(20, 'a member sends records with values out of bounds'),
  replayRecord: hourly(60, 'a member sends an old grant of somebody again as its own'),
  greedy: hourly(20, 'a member asks for space a hundred times in a row'),
  lie: hourly(60, 'a member answers with wrong counters, hints, hashes and refusals'),
  equivocate: special(hourly(6, 'a member gives the same addresses to two others')),
  lostWrite: special(hourly(2, 'the disk lost the last writes that it had confirmed')),
  rollback: special(hourly(2, 'a node restarts on an earlier state of its database')),
  wipe: special(hourly(2, 'a node restarts with its key and an empty database')),
  clone: special(hourly(2, 'a copy of a node runs beside it')),
  initTwice: hourly(6, 'a node of a cluster that was born separately speaks to ours'),
  wipeRun: hourly(1, 'somebody removes the run directory while containers live'),
  tornWrite: hourly(
    6,
    'power fails with part of a write in the file: it is dropped at the next start, or the database is damaged and the node lost',
  ),
  surge: hourly(4, 'a node starts some hundred containers at once, and stops them minutes later'),
  die: hourly(2, 'a machine is gone for good, while a quorum of each set of guardians is left'),
  forget: hourly(20, 'an operator says of a machine that is gone that it is'),
  restore: hourly(
    2,
    'a node whose register others keep restarts on an earlier state of its database, one of a set of four guardians',
  ),
  lostTail: hourly(
    2,
    'the same, but only the last writes are lost, as by a disk that confirmed too early',
  ),
  leave: special(
    hourly(10, 'an operator takes the containers off a machine and tells it to leave for good'),
  ),
  wrongForget: special(
    hourly(
      60,
      'an operator says of a machine that is cut off, and lives, that it is gone for good',
    ),
  ),
  tidyRun: special(
    hourly(2, 'somebody removes all links in the run directory while containers live'),
  ),
  stop: special(hourly(20, 'an agent is stopped in good order, and started again')),
  alone: special(hourly(10, 'an agent starts with the word that nobody else is left (`--alone`)')),
  suspect: special(
    hourly(4, 'an agent starts with the suspicion that its disk went back, and keeps no registers'),
  ),
  leaveLive: special(
    hourly(10, 'an operator tells a machine to leave while containers live on it'),
  ),
  linger: special(
    hourly(
      30,
      'who was forgotten, has left or is in quarantine is not switched off: its agent restarts, its run directory kept or wiped, and containers are started there',
    ),
  ),
  revive: special(
    hourly(10, 'a machine that was taken for gone, forgotten or not, is switched on again'),
  ),
  dieBeyond: special(
    hourly(4, 'a machine is gone for good, whatever quorums of guardians it takes with it'),
  ),
  forgetUnsafe: special(
    hourly(20, 'an operator gives up, by a census, members whose registers have no quorum'),
  ),
  slander: special(
    hourly(
      60,
      'a member lies in greetings, signs of life, what it says of registers, and what it says of a census',
    ),
  ),
};

/** Rate of each fault. What is not named does not happen. */
export type Faults = Partial<Readonly<Record<FaultName, number>>>;

/** All names. */
export const faultNames: readonly FaultName[] = Object.keys(faultTable) as FaultName[];

/** True for faults that a self-register does not survive, or that break a promise on purpose. */
export function isSpecial(name: string): boolean {
  const shape = faultTable[name as FaultName] as FaultShape | undefined;
  return shape?.special === true;
}

/** Rates within their bounds. Throws on an unknown name or a rate out of bounds: a typing error. */
export function checkFaults(faults: Faults): Faults {
  for (const [name, rate] of Object.entries(faults)) {
    const shape = faultTable[name as FaultName] as FaultShape | undefined;
    if (shape === undefined) throw new Error(`no fault is named ${name}: ${faultNames.join(', ')}`);
    if (!(rate >= 0 && rate <= shape.most)) {
      throw new Error(
        `the rate of ${name} is ${rate}, not between 0 and ${shape.most} (${shape.unit})`,
      );
    }
  }
  return faults;
}

/** What a disk does to a node that only guardians of its register can set right. */
export const diskFaults: readonly FaultName[] = ['lostWrite', 'rollback', 'wipe', 'clone'];

/**
 * A random mix, as in swarm testing (Groce et al., ISSTA 2012): most runs have few faults, at rates over
 * three orders of magnitude, so that each combination gets room to matter. Special faults are drawn only
 * where `also` names them, after all others: these have the same rates with and without.
 */
export function mixFaults(random: Random, also: readonly FaultName[] = []): Faults {
  const density = random.next();
  const faults: Partial<Record<FaultName, number>> = {};
  for (const name of [...faultNames.filter((each) => !isSpecial(each)), ...also]) {
    if (!random.chance(density)) continue;
    const { most } = faultTable[name];
    faults[name] = random.scaled(most / 300, most);
  }
  return faults;
}
