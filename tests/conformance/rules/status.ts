// STATUS tells a runtime whether ADD can work now.

import { said } from '../bench.ts';
import { expect } from '../broken.ts';
import type { RuleGroup } from '../rule.ts';
import { fillUp } from './fillUp.ts';

const SOURCE = '1.1.0, section 2, STATUS';

export const status: RuleGroup = {
  title: 'STATUS',
  rules: [
    {
      id: 'status-1',
      level: 'must',
      says: 'STATUS succeeds when ADD can, without any variable but CNI_COMMAND',
      source: SOURCE,
      needs: ['STATUS'],
      async check(bench) {
        await bench.succeed('STATUS', { env: { CNI_PATH: undefined } });
        await bench.add();
        await bench.succeed('STATUS');
      },
    },
    {
      id: 'status-2',
      level: 'must',
      says: 'STATUS fails with 50 or 51 when the plugin cannot work',
      source: SOURCE,
      needs: ['STATUS', 'unready'],
      async check(bench) {
        const answer = await bench.call('STATUS', { ipam: bench.claims.unready?.ipam });
        const isRight = answer.json?.['code'] === 50 || answer.json?.['code'] === 51;
        expect(answer.status !== 0 && isRight, said(answer));
      },
    },
    {
      id: 'status-3',
      level: 'should',
      says: 'STATUS fails when no address is left, and succeeds again when one is',
      source: SOURCE,
      needs: ['STATUS', 'reserves', 'few'],
      async check(bench) {
        const ipam = { ...bench.claims.few?.ipam, ...bench.claims.statusWhenFull?.ipam };
        await bench.succeed('STATUS', { ipam });
        await fillUp(bench);
        const answer = await bench.call('STATUS', { ipam });
        expect(answer.status !== 0, `STATUS succeeds: ${said(answer)}`);
        await bench.succeed('DEL', { ipam, id: 'fill-1' });
        await bench.succeed('STATUS', { ipam });
      },
    },
    {
      id: 'status-4',
      level: 'must',
      says: 'DEL works also when STATUS fails',
      source: SOURCE,
      needs: ['STATUS', 'unready'],
      async check(bench) {
        await bench.succeed('DEL', { ipam: bench.claims.unready?.ipam });
      },
    },
  ],
};
