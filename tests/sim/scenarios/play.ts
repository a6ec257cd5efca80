// Plays a scenario: a text of commands, each block of them followed by `----` and what it is to show.
//
//   cluster nodes=3 pool=10.32.0.0/22 seed=1 tolerate=S1,S3   builds the cluster (tolerate: known limits)
//   run 10s | run 5m                                           lets time pass
//   do DEED NUMBER...                                          anything that can be done, by name
//   lose FROM TO COUNT                                         loses the next messages of one node to another
//   heal                                                       ends all faults
//   show                                                       what each node has, and its alarms
//   settled                                                    asks every checker about the settled cluster

import { phaseOf, waitingOf } from '@hedgerow/core/cluster';
import { allCheckers, allDeeds, Cluster, estateText, type SimNode } from '@hedgerow/core/testing';

/** Lines of the history that a scenario does not show: they would hide what matters. */
const noise =
  / gets (sync|gossip|hello|request|refusal|register|heartbeat|collect)| repeats | owns \[[^\]]*\]$/;

/** The text of a scenario with the output that it has now. */
export function playScenario(text: string): string {
  const player = new Player();
  const result: string[] = [];
  let isOutput = false;
  let pending = false;
  for (const line of text.split('\n')) {
    if (isOutput) {
      if (line !== '') continue;
      isOutput = false;
    }
    if (line === '----') {
      isOutput = true;
      pending = false;
      result.push(line, ...player.output());
      continue;
    }
    result.push(line);
    if (line === '' || line.startsWith('#')) continue;
    player.play(line);
    pending = true;
  }
  if (pending) throw new Error('a scenario ends with ---- and its output');
  return result.join('\n');
}

class Player {
  private cluster: Cluster | undefined;
  private said = 0;
  private readonly shown: string[] = [];
  private readonly losing = new Map<string, number>();

  output(): readonly string[] {
    return this.shown.splice(0);
  }

  play(line: string): void {
    const [verb = '', ...words] = line.split(' ');
    if (verb === 'cluster') this.build(words);
    else this.command(this.cluster as Cluster, verb, words);
    this.tell();
  }

  private command(cluster: Cluster, verb: string, words: readonly string[]): void {
    switch (verb) {
      case 'run':
        cluster.runUntil(cluster.nowMs + milliseconds(words[0] ?? ''));
        return;
      case 'do':
        return this.deed(cluster, words);
      case 'lose':
        this.losing.set(`${words[0]} ${words[1]}`, Number(words[2]));
        return;
      case 'heal':
        return cluster.heal();
      case 'settled':
        cluster.settled();
        return void this.shown.push(
          cluster.violation === undefined ? 'all promises kept' : 'broken',
        );
      case 'show':
        return void this.shown.push(...cluster.nodes.flatMap(describe));
      default:
        throw new Error(`no command is named ${verb}`);
    }
  }

  private build(words: readonly string[]): void {
    const options = new Map(words.map((word) => word.split('=') as [string, string]));
    const pool = options.get('pool') ?? '10.32.0.0/22';
    const pools = [{ name: 'default', prefix: pool, blockLength: 26, subnet: 'pool' as const }];
    const tolerated = options.get('tolerate')?.split(',') ?? [];
    const founders = Number(options.get('founders') ?? 1);
    const seed = Number(options.get('seed') ?? 1);
    const all = { pools, tolerated, founders, checkers: allCheckers, isTraced: true };
    this.cluster = new Cluster(seed, Number(options.get('nodes') ?? 3), all);
    this.cluster.links.fates = { of: (from, to, n) => this.fate(from, to, n) };
  }

  private fate(from: number, to: number, n: number) {
    const key = `${from} ${to}`;
    const left = this.losing.get(key) ?? 0;
    if (left === 0) return undefined;
    this.losing.set(key, left - 1);
    return { from, to, n, kind: 'lose' as const, byMs: 0 };
  }

  private deed(cluster: Cluster, [name, ...args]: readonly string[]): void {
    const deed = allDeeds.find((each) => each.name === name);
    if (deed === undefined) throw new Error(`no deed is named ${name}`);
    cluster.tried.add(deed.name);
    const said = deed.play(cluster, args.map(Number));
    cluster.history.say(cluster.nowMs, () => `— ${said ?? `nothing to ${name}`}`);
  }

  private tell(): void {
    const { lines } = (this.cluster as Cluster).history;
    const news = lines.slice(this.said).filter((line) => !noise.test(line));
    this.said = lines.length;
    this.shown.push(...shortened(news));
  }
}

/** Runs of lines that differ only in numbers are told once. */
function shortened(lines: readonly string[]): readonly string[] {
  const result: string[] = [];
  let last = '';
  let more = 0;
  const flush = (): void => {
    if (more > 0) result.push(`            … and ${more} more like this`);
    more = 0;
  };
  for (const line of lines) {
    const shape = line.slice(12).replaceAll(/\d+(\.\d+)*/g, '0');
    if (shape === last) more += 1;
    else {
      flush();
      result.push(line);
      last = shape;
    }
  }
  flush();
  return result;
}

function describe(node: SimNode): readonly string[] {
  const { state, containers, disk, replica } = node;
  const phase = state === undefined ? 'down' : phaseOf(state, replica?.members.size ?? 1);
  const live = `${containers.running.length} containers`;
  const lines = [`${node.name} ${phase}, ${live} ${estateText(disk.register.estate)}`];
  for (const alarm of state?.alarms.values() ?? [])
    lines.push(`   alarm ${alarm.code}: ${alarm.message}`);
  if (state === undefined) return lines;
  for (const { code, message } of waitingOf(state)) lines.push(`   waits (${code}): ${message}`);
  return lines;
}

function milliseconds(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  const size = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit ?? ''];
  if (size === undefined) throw new Error(`no duration: ${text}`);
  return Number(amount) * size;
}
