// VERSION tells a runtime which versions it may speak, before anything is configured.

import { said } from '../bench.ts';
import { each, expect } from '../broken.ts';
import { brief } from '../json.ts';
import type { RuleGroup } from '../rule.ts';

const semver = /^\d+\.\d+\.\d+$/;

export const version: RuleGroup = {
  title: 'VERSION',
  rules: [
    {
      id: 'version-1',
      level: 'must',
      says: 'VERSION lists the versions that are supported',
      source: '1.1.0, section 5, VERSION Success',
      async check(bench) {
        const { json } = await bench.succeed('VERSION');
        const listed = json?.['supportedVersions'];
        expect(Array.isArray(listed) && listed.length > 0, 'there is no list of versions');
        const strange = listed.find((one) => typeof one !== 'string' || !semver.test(one));
        expect(strange === undefined, `${brief(strange)} is no version`);
        expect(new Set(listed).size === listed.length, 'a version is listed twice');
      },
    },
    {
      id: 'version-2',
      level: 'must',
      says: 'VERSION echoes the `cniVersion` of its input, whichever it is',
      source: '1.1.0, section 5, VERSION Success',
      check: (bench) =>
        each(
          [...bench.listed, '9.9.9'],
          (asked) => asked,
          async (asked) => {
            const input = JSON.stringify({ cniVersion: asked });
            const { json } = await bench.succeed('VERSION', { input });
            expect(json?.['cniVersion'] === asked, `answers ${brief(json?.['cniVersion'])}`);
          },
        ),
    },
    {
      id: 'version-3',
      level: 'must',
      says: 'VERSION needs no variable but CNI_COMMAND',
      source: '1.1.0, section 2, VERSION',
      async check(bench) {
        await bench.succeed('VERSION', { input: '{"cniVersion":"1.0.0"}' });
      },
    },
    {
      id: 'version-4',
      level: 'must',
      says: 'each listed version works, and its results carry it',
      source: '1.1.0, section 5, ADD Success',
      check: (bench) =>
        each(
          bench.listed,
          (listed) => listed,
          async (listed) => {
            const id = `v${listed.replaceAll('.', '-')}`;
            const { json } = await bench.succeed('ADD', { version: listed, id });
            expect(json?.['cniVersion'] === listed, `carries ${brief(json?.['cniVersion'])}`);
            await bench.succeed('DEL', { version: listed, id });
          },
        ),
    },
    {
      id: 'version-5',
      level: 'must',
      says: 'a version that is not listed is refused with code 1',
      source: '1.1.0, section 5, Error',
      check: (bench) =>
        each(
          ['0.9.9', '1.99.0', '99.0.0'],
          (asked) => asked,
          async (asked) => {
            const answer = await bench.call('ADD', { version: asked });
            expect(answer.status !== 0 && answer.json?.['code'] === 1, said(answer));
          },
        ),
    },
    {
      id: 'version-6',
      level: 'convention',
      says: 'a configuration without `cniVersion` is one of 0.1.0',
      source: 'libcni, pkg/types/create, DecodeVersion',
      async check(bench) {
        const answer = await bench.call('ADD', { config: { cniVersion: null } });
        const isRefused = answer.status !== 0 && answer.json?.['code'] === 1;
        const isDone = answer.status === 0 && answer.json?.['cniVersion'] === '0.1.0';
        expect(bench.listed.includes('0.1.0') ? isDone : isRefused, said(answer));
      },
    },
    {
      id: 'version-7',
      level: 'should',
      says: 'CHECK before 0.4.0 is refused with code 1',
      source: '1.1.0, section 5, Error; CHECK came with 0.4.0',
      needs: ['CHECK'],
      async check(bench) {
        const given = await bench.add({ version: '0.3.1' });
        const config = { prevResult: given.result };
        const answer = await bench.call('CHECK', { version: '0.3.1', config });
        expect(answer.status !== 0 && answer.json?.['code'] === 1, said(answer));
      },
    },
    {
      id: 'version-8',
      level: 'should',
      says: 'GC and STATUS before 1.1.0 are refused with code 1',
      source: '1.1.0, section 5, Error; both came with 1.1.0',
      needs: ['GC'],
      check: (bench) =>
        each(
          ['GC', 'STATUS'],
          (verb) => verb,
          async (verb) => {
            const config = { 'cni.dev/valid-attachments': [] };
            const answer = await bench.call(verb, { version: '1.0.0', config });
            expect(answer.status !== 0 && answer.json?.['code'] === 1, said(answer));
          },
        ),
    },
  ],
};
