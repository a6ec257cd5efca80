// Faults that are patched into a copy of the register code, each with a model in which it must show.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Code } from './code.ts';
import type { Model } from './model.ts';
import { guardians } from './models.ts';

export interface Mutant {
  readonly name: string;
  /** File, text, and what stands there instead. */
  readonly edits: readonly (readonly [string, string, string])[];
  readonly model: Omit<Model, 'code'>;
}

const owner = (...lives: Model['actors'][number]['lives']) => ({ member: 'x', lives });
const heir = { member: 'h', lives: [['H']] };
/** Its ballots come after those of `x` at equal counters. */
const late = { member: 'z', lives: [['H']] };
const two = { set: guardians(3), counters: 2, actors: [owner(['a']), heir] };
const three = { ...two, counters: 3 };
const standing = { ...two, actors: [owner(['a', 'b']), heir] };
const restart = { ...two, actors: [owner(['a'], ['b'])] };
const reader = { ...two, actors: [owner(['a']), { member: 'k', lives: [['read', 'read']] }] };
const moving = {
  set: guardians(3),
  others: ['g4', 'g5'],
  counters: 2,
  actors: [owner(['a']), { member: 'm', lives: [[guardians(3, 2, 3), 'M']] }],
};
const grown = {
  set: guardians(1),
  others: ['g2', 'g3'],
  counters: 6,
  isLossless: true,
  actors: [owner([guardians(3, 2), 'a'], ['read'])],
};

const carried = {
  ...grown,
  counters: 5,
  isLossless: true,
  actors: [owner([guardians(3, 2), 'a']), late],
};

export const mutants: readonly Mutant[] = [
  {
    name: 'ignore a promise',
    edits: [
      ['judge.ts', 'record: order === 0 ? record : { ...record, promised: ballot },', 'record,'],
    ],
    model: three,
  },
  {
    name: 'accept on a stale ballot',
    edits: [
      [
        'judge.ts',
        'if (compareBallots(ballot, record.promised) < 0) return',
        'if (Math.random() > 2) return',
      ],
    ],
    model: two,
  },
  {
    name: 'forget that the next ballot is promised too',
    edits: [['judge.ts', 'promised: nextBallot(ballot), accepted', 'promised: ballot, accepted']],
    model: standing,
  },
  {
    name: 'reuse a ballot after a restart',
    edits: [
      [
        'proposer.ts',
        'return { owner, member, bootNonce, set,',
        "return { owner, member, bootNonce: 'n', set,",
      ],
    ],
    model: restart,
  },
  {
    name: 'answer before it is durable',
    edits: [
      [
        'acceptor.ts',
        'state = { ...state, flight: { record, answers } };',
        "state = { ...state, flight: { record, answers: [] } };\n      for (const each of answers) effects.push({ type: 'send', ...each });",
      ],
    ],
    model: two,
  },
  {
    name: 'count a guardian twice',
    edits: [
      [
        'proposer.ts',
        'const key = guardianKey(guardian);\n  if (phase.held',
        'const key = guardianKey(guardian) + Object.keys(phase.votes).length;\n  if (phase.held',
      ],
    ],
    model: two,
  },
  {
    name: 'count a promise twice',
    edits: [
      [
        'proposer.ts',
        "const key = guardianKey(guardian);\n  if (phase.kind !== 'preparing'",
        "const key = guardianKey(guardian) + ('promises' in phase ? Object.keys(phase.promises).length : 0);\n  if (phase.kind !== 'preparing'",
      ],
    ],
    model: two,
  },
  {
    name: 'adopt the lowest accepted cell',
    edits: [['settle.ts', '>= 0 ? a : b', '>= 0 ? b : a']],
    model: three,
  },
  {
    name: 'decide with half of the guardians',
    edits: [
      ['quorum.ts', 'Math.floor(set.members.length / 2) + 1', 'Math.floor(set.members.length / 2)'],
    ],
    model: two,
  },
  {
    name: 'take one guardian’s word for decided',
    edits: [
      [
        'settle.ts',
        'const isSure = same >= quorumOf(state.set);',
        'const isSure = same >= 1 && quorumOf(state.set) > 0;',
      ],
    ],
    model: { ...reader, counters: 4 },
  },
  {
    name: 'call a write that others built upon a conflict',
    edits: [['settle.ts', 'cell.mark === sent.mark', 'cell.mark === undefined']],
    model: { ...two, counters: 4 },
  },
  {
    name: 'write again on top of what may be one’s own write',
    edits: [
      ['settle.ts', "if (cell.version > sent.version && member !== owner) return 'uncertain';", ''],
    ],
    model: { ...two, counters: 4, actors: [owner(['a']), late] },
  },
  {
    name: 'answer a read from memory',
    edits: [
      [
        'settle.ts',
        "if (goal?.kind !== 'write' || recognise(state, goal, current) !== 'base') return undefined;",
        "if (goal?.kind !== 'write') return finish(state, { kind: 'decided', value: current });",
      ],
    ],
    model: { ...two, counters: 3, actors: [owner(['a', 'read']), heir] },
  },
  {
    name: 'announce new guardians without a Stop',
    edits: [
      [
        'settle.ts',
        "return advance(rules, state, ballot, top, stopStep(top, goal)) ?? made('conflict');",
        'return follow(rules, state, { from: state.set, stop: { ...top.cell, ...stopStep<C>(top as never, goal), next: goal.next }, ballot: top.ballot, votes: [] } as never);',
      ],
      [
        'settle.ts',
        'import { advance, askAll, finish, keep }',
        'import { advance, askAll, finish, follow, keep }',
      ],
      [
        'seed.ts',
        'if (!sameSet(seed.from, from)) return false;',
        'if (sameSet(seed.from, from)) return true;',
      ],
    ],
    model: moving,
  },
  {
    name: 'go on after a Stop',
    edits: [
      [
        'settle.ts',
        'if (top.cell.next !== undefined) return',
        "if (top.cell.next !== undefined && goal.kind === 'move') return",
      ],
      ['cell.ts', 'if (cell.next !== undefined) return undefined;', ''],
    ],
    model: { ...moving, counters: 3, isLossless: true },
  },
  {
    name: 'let a second seed wipe what was accepted',
    edits: [['judge.ts', 'if (record.accepted !== undefined)', 'if (record.accepted === null)']],
    model: grown,
  },
  {
    name: 'seed under the ballot of the Stop',
    edits: [
      [
        'judge.ts',
        'const accepted = { ballot: seedBallot, digest,',
        'const accepted = { ballot: seed.ballot, digest,',
      ],
    ],
    model: carried,
  },
];

/** The code with the fault in it, run by `use`; the copy is gone afterwards. */
export async function withMutant<T>(mutant: Mutant, use: (code: Code) => T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-mutant-'));
  try {
    const source = new URL('../../../packages/core/src/register', import.meta.url);
    cpSync(source, folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    for (const [file, from, to] of mutant.edits) {
      const path = join(folder, file);
      const parts = readFileSync(path, 'utf8').split(from);
      if (parts.length !== 2) throw new Error(`${mutant.name}: ${file} has not one "${from}"`);
      writeFileSync(path, parts.join(to));
    }
    const load = (file: string): Promise<Code> =>
      import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href);
    return use({ ...(await load('acceptor.ts')), ...(await load('proposer.ts')) });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
