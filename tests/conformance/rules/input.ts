// Standard input in every bad form: the right code, and never a crash or a hang.

import { said } from '../bench.ts';
import { each, expect } from '../broken.ts';
import type { Answer } from '../callPlugin.ts';
import type { RuleGroup } from '../rule.ts';

const CODES = '1.1.0, section 5, Error';

function hasCode(answer: Answer, ...codes: readonly unknown[]): void {
  expect(answer.status !== undefined, said(answer));
  expect(answer.status !== 0 && codes.includes(answer.json?.['code']), said(answer));
}

export const input: RuleGroup = {
  title: 'Standard input',
  rules: [
    {
      id: 'input-1',
      level: 'should',
      says: 'nothing at all is code 5 or 6',
      source: CODES,
      check: (bench) =>
        each(
          ['ADD', 'DEL'],
          (verb) => verb,
          async (verb) => hasCode(await bench.call(verb, { input: '' }), 5, 6),
        ),
    },
    {
      id: 'input-2',
      level: 'should',
      says: 'what is not JSON is code 6',
      source: CODES,
      check: (bench) =>
        each(
          ['hello', '{', '{"cniVersion":"1.0.0",}', '\u0000', '{"name":"a"} {"name":"b"}'],
          (text) => JSON.stringify(text),
          async (text) => hasCode(await bench.call('ADD', { input: text }), 6),
        ),
    },
    {
      id: 'input-3',
      level: 'should',
      says: 'JSON that is no object is code 6 or 7',
      source: CODES,
      check: (bench) =>
        each(
          ['[]', '7', '"text"', 'true', 'null'],
          (text) => text,
          async (text) => hasCode(await bench.call('ADD', { input: text }), 6, 7),
        ),
    },
    {
      id: 'input-4',
      level: 'should',
      says: 'a value of a wrong type is code 6 or 7',
      source: CODES,
      check: (bench) =>
        each(
          [
            { cniVersion: 1 },
            { name: ['a'] },
            { ipam: 'text' },
            { ipam: ['a'] },
            { prevResult: 'text' },
            { runtimeConfig: { ips: 'text' } },
          ],
          (config) => JSON.stringify(config),
          async (config) => {
            const answer = await bench.call('ADD', { config });
            // What it does not need a plugin need not read.
            const isNeeded = !('prevResult' in config || 'runtimeConfig' in config);
            if (isNeeded || answer.status !== 0) hasCode(answer, 6, 7);
            else await bench.succeed('DEL');
          },
        ),
    },
    {
      id: 'input-5',
      level: 'should',
      says: 'a missing network name is code 7',
      source: `${CODES}; section 1`,
      check: (bench) =>
        each(
          ['ADD', 'DEL'],
          (verb) => verb,
          async (verb) => hasCode(await bench.call(verb, { config: { name: null } }), 7),
        ),
    },
    {
      id: 'input-6',
      level: 'should',
      says: 'a network name that could be part of a path is code 7',
      source: `${CODES}; section 1 ("must not contain characters disallowed in file paths")`,
      check: (bench) =>
        each(
          ['..', '.', 'a/b', '../../tmp/x', '/etc', '-x', ' x', 'a b', 'a\u0000b', 'é'],
          (name) => JSON.stringify(name),
          async (name) => hasCode(await bench.call('ADD', { config: { name } }), 7),
        ),
    },
    {
      id: 'input-7',
      level: 'must',
      says: '10 MB of it and 100,000 nested lists end in an answer, not in a signal',
      source: '1.1.0, section 2, Errors',
      check: (bench) =>
        each(
          [
            { name: '10 MB', text: `{"cniVersion":"1.0.0","name":"${'x'.repeat(10_000_000)}"}` },
            { name: 'nested lists', text: '['.repeat(100_000) },
            { name: 'closed nested lists', text: `${'['.repeat(100_000)}${']'.repeat(100_000)}` },
          ],
          ({ name }) => name,
          async ({ text }) => {
            const answer = await bench.call('ADD', { input: text });
            expect(answer.status !== undefined, said(answer));
            expect(answer.status !== 0 && answer.json !== undefined, said(answer));
          },
        ),
    },
    {
      id: 'input-8',
      level: 'must',
      says: 'a valid configuration with 100 kB of other keys works',
      source: '1.1.0, section 1, Plugin configuration objects',
      async check(bench) {
        await bench.add({
          config: { others: Array.from({ length: 100 }, () => 'x'.repeat(1000)) },
        });
      },
    },
  ],
};
