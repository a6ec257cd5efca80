// The variables of the protocol: missing, hostile, or more of them than needed.

import { said } from '../bench.ts';
import { each, expect } from '../broken.ts';
import type { Answer } from '../callPlugin.ts';
import type { RuleGroup } from '../rule.ts';

const CODES = '1.1.0, section 5, Error; section 2, Parameters';

const REQUIRED: readonly (readonly [string, readonly string[]])[] = [
  ['ADD', ['CNI_CONTAINERID', 'CNI_IFNAME', 'CNI_NETNS']],
  ['DEL', ['CNI_CONTAINERID', 'CNI_IFNAME']],
  ['CHECK', ['CNI_CONTAINERID', 'CNI_IFNAME', 'CNI_NETNS']],
];

function isEnvironmentError(answer: Answer): void {
  expect(answer.status !== 0 && answer.json?.['code'] === 4, said(answer));
}

export const environment: RuleGroup = {
  title: 'Environment',
  rules: [
    {
      id: 'environment-1',
      level: 'should',
      says: 'a missing, empty or unknown CNI_COMMAND is code 4',
      source: CODES,
      check: (bench) =>
        each(
          [undefined, '', 'add', 'REMOVE', 'ADD '],
          (command) => (command === undefined ? 'missing' : JSON.stringify(command)),
          async (command) =>
            isEnvironmentError(await bench.call('ADD', { env: { CNI_COMMAND: command } })),
        ),
    },
    {
      id: 'environment-2',
      level: 'must',
      says: 'a missing or empty variable that a verb needs is code 4, and the message names it',
      source: CODES,
      async check(bench) {
        const verbs = REQUIRED.filter(([verb]) => verb !== 'CHECK' || bench.newest >= '0.4.0');
        const cases = verbs.flatMap(([verb, names]) =>
          names.flatMap((name) => [undefined, ''].map((value) => ({ verb, name, value }))),
        );
        await each(
          cases,
          ({ verb, name, value }) => `${verb}, ${value === '' ? 'empty' : 'no'} ${name}`,
          async ({ verb, name, value }) => {
            const answer = await bench.call(verb, { env: { [name]: value } });
            isEnvironmentError(answer);
            const text = `${answer.json?.['msg']} ${answer.json?.['details']}`;
            expect(text.includes(name), `the message does not name ${name}: ${said(answer)}`);
          },
        );
      },
    },
    {
      id: 'environment-3',
      level: 'must',
      says: 'CNI_PATH is optional',
      source: '1.1.0, section 2, ADD, DEL, CHECK',
      async check(bench) {
        const env = { CNI_PATH: undefined };
        const { result } = await bench.add({ env });
        if (bench.newest >= '0.4.0')
          await bench.succeed('CHECK', { env, config: { prevResult: result } });
        await bench.succeed('DEL', { env });
      },
    },
    {
      id: 'environment-4',
      level: 'must',
      says: 'a container id that does not start with a letter or digit, or has other characters than letters, digits, `_`, `.` and `-`, is code 4',
      source: CODES,
      check: (bench) =>
        each(
          ['../../etc/x', 'a/b', '.', '..', '-a', '_a', ' a', 'a b', 'a\nb', 'é', 'a:b', '$(x)'],
          (id) => JSON.stringify(id),
          async (id) => isEnvironmentError(await bench.call('ADD', { id })),
        ),
    },
    {
      id: 'environment-5',
      level: 'should',
      says: 'an interface name that Linux cannot have is code 4',
      source: `${CODES}; 0.4.0, Parameters`,
      check: (bench) =>
        each(
          ['..', '.', 'a/b', 'a b', 'a:b', 'sixteencharacter', '\t'],
          (ifname) => JSON.stringify(ifname),
          async (ifname) => isEnvironmentError(await bench.call('ADD', { ifname })),
        ),
    },
    {
      id: 'environment-6',
      level: 'must',
      says: 'container ids of 64 and of 4,000 characters are taken, or refused with an error',
      source: '1.1.0, section 2, Parameters, Errors',
      async check(bench) {
        const id = 'a'.repeat(64);
        await bench.add({ id });
        await bench.succeed('DEL', { id });
        const answer = await bench.call('ADD', { id: 'b'.repeat(4000) });
        const isRefused = answer.status !== undefined && answer.json?.['code'] !== undefined;
        expect(answer.status === 0 || isRefused, said(answer));
      },
    },
    {
      id: 'environment-7',
      level: 'must',
      says: 'CNI_ARGS in a strange form is ignored or refused with an error',
      source: '1.1.0, section 2, Parameters, Errors',
      check: (bench) =>
        each(
          ['text', '=', ';;;', 'A=', '=B', 'A=B=C', ';A=B', 'é=1', 'A=B;'.repeat(2000)],
          (args) => JSON.stringify(args.slice(0, 12)),
          async (args) => {
            const env = { CNI_ARGS: args };
            const answer = await bench.call('ADD', { env });
            const isRefused = answer.status !== undefined && answer.json?.['code'] !== undefined;
            expect(answer.status === 0 || isRefused, said(answer));
            await bench.succeed('DEL');
          },
        ),
    },
    {
      id: 'environment-8',
      level: 'convention',
      says: 'with IgnoreUnknown, unknown keys of CNI_ARGS are ignored, as Kubernetes sends them',
      source: 'libcni, pkg/types/args.go',
      check: (bench) =>
        each(
          ['1', 'true'],
          (flag) => `IgnoreUnknown=${flag}`,
          async (flag) => {
            const args = [`IgnoreUnknown=${flag}`, 'K8S_POD_NAMESPACE=default', 'K8S_POD_NAME=web'];
            const env = { CNI_ARGS: args.join(';') };
            await bench.add({ env });
            await bench.succeed('DEL', { env });
          },
        ),
    },
    {
      id: 'environment-9',
      level: 'claim',
      says: 'unknown keys of CNI_ARGS are ignored without IgnoreUnknown too',
      source: "the plugin's documentation",
      needs: ['ignoresUnknownArgs'],
      async check(bench) {
        await bench.add({ env: { CNI_ARGS: 'K8S_POD_NAME=web;FOO=BAR' } });
      },
    },
    {
      id: 'environment-10',
      level: 'must',
      says: 'other variables change nothing, and none is needed',
      source: '1.1.0, section 2, Parameters',
      async check(bench) {
        await bench.add({ env: { PATH: undefined, HOME: undefined } });
        const env = { HOME: '/nonexistent', PATH: '', LANG: 'x', TMPDIR: '/nonexistent' };
        await bench.add({ id: 'c2', env });
      },
    },
  ],
};
