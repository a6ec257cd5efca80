// What a plugin prints when it cannot do what it is asked.

import type { Bench } from '../bench.ts';
import { said } from '../bench.ts';
import { each, expect } from '../broken.ts';
import type { Answer } from '../callPlugin.ts';
import { brief } from '../json.ts';
import type { RuleGroup } from '../rule.ts';

/** Codes that the specification has; from 100 on they are the plugin's own. */
const KNOWN = new Set([1, 2, 3, 4, 5, 6, 7, 11, 50, 51]);

interface Mistake {
  readonly name: string;
  make(bench: Bench): Promise<Answer>;
}

const MISTAKES: readonly Mistake[] = [
  {
    name: 'a version that is not known',
    make: (bench) => bench.call('ADD', { version: '99.0.0' }),
  },
  { name: 'input that is not JSON', make: (bench) => bench.call('ADD', { input: 'not JSON' }) },
  { name: 'no network name', make: (bench) => bench.call('ADD', { config: { name: null } }) },
  {
    name: 'no CNI_CONTAINERID',
    make: (bench) => bench.call('ADD', { env: { CNI_CONTAINERID: undefined } }),
  },
  { name: 'a CNI_COMMAND that is not known', make: (bench) => bench.call('REMOVE') },
  {
    name: 'an ipam that is no object',
    make: (bench) => bench.call('ADD', { config: { ipam: 'x' } }),
  },
];

function eachMistake(bench: Bench, check: (answer: Answer) => void): Promise<void> {
  return each(
    MISTAKES,
    ({ name }) => name,
    async ({ make }) => check(await make(bench)),
  );
}

export const errors: RuleGroup = {
  title: 'Errors',
  rules: [
    {
      id: 'errors-1',
      level: 'must',
      says: 'the exit status is not 0',
      source: '1.1.0, section 2, Errors',
      check: (bench) =>
        eachMistake(bench, (answer) => {
          expect(answer.status !== 0, said(answer));
          expect(answer.status !== undefined, said(answer));
        }),
    },
    {
      id: 'errors-2',
      level: 'should',
      says: 'standard output is one JSON object with a numeric `code` and a `msg`',
      source: '1.1.0, section 5, Error',
      check: (bench) =>
        eachMistake(bench, ({ json, stdout }) => {
          expect(json !== undefined, `it is ${brief(stdout)}`);
          expect(Number.isInteger(json['code']), `code is ${brief(json['code'])}`);
          expect(typeof json['msg'] === 'string' && json['msg'] !== '', 'msg is no text');
          const { details = '' } = json;
          expect(typeof details === 'string', `details is ${brief(details)}`);
        }),
    },
    {
      id: 'errors-3',
      level: 'should',
      says: 'the object has `cniVersion`',
      source: '1.1.0, section 5, Error',
      check: (bench) =>
        eachMistake(bench, ({ json }) => {
          const version = json?.['cniVersion'];
          expect(typeof version === 'string', `it is ${brief(version)}`);
        }),
    },
    {
      id: 'errors-4',
      level: 'should',
      says: '`cniVersion` is that of the request, where that is one that the plugin speaks',
      source: '1.0.0, section 5, Error',
      check: (bench) =>
        each(
          bench.versions,
          (version) => version,
          async (version) => {
            const env = { CNI_CONTAINERID: undefined };
            const { json } = await bench.call('ADD', { version, env });
            expect(json?.['cniVersion'] === version, `it is ${brief(json?.['cniVersion'])}`);
          },
        ),
    },
    {
      id: 'errors-5',
      level: 'must',
      says: 'codes below 100 are those of the specification; ADD never says 3, 50 or 51',
      source: '1.1.0, section 5, Error; section 2, STATUS',
      check: (bench) =>
        eachMistake(bench, (answer) => {
          const code = answer.json?.['code'];
          if (typeof code !== 'number') return;
          expect(code >= 100 || KNOWN.has(code), `code ${code} is not known`);
          expect(![3, 50, 51].includes(code), `code ${code}`);
        }),
    },
    {
      id: 'errors-6',
      level: 'must',
      says: 'a successful call leaves nothing of its log on standard output',
      source: '1.1.0, section 5, Error ("stderr can be used for logs")',
      async check(bench) {
        const { stdout } = await bench.succeed('ADD');
        expect(stdout.trim().startsWith('{') && stdout.trim().endsWith('}'), brief(stdout));
      },
    },
  ],
};
