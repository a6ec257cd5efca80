// An agent inside another program keeps to what its options say.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '@hedgerow/core';
import { afterEach, expect, it } from 'vitest';
import { createCleanup } from '../support/cleanup.ts';
import { found, quickOptions } from '../support/embedded.ts';
import { createHome } from '../support/testNode.ts';
import { until } from '../support/until.ts';

const cleanup = createCleanup();
afterEach(() => cleanup.run());

it('lets a freed address rest as long as the options say, for plugins and for blocks that leave', async () => {
  const bootId = '01234567-89ab-cdef-0123-456789abcdef';
  const options = { ...quickOptions(createHome(cleanup), 'a'), restMs: 1, bootId };
  const tuning = { ...options.tuning, highFree: 4, withdrawAfterMs: 1 };
  const agent = await found(cleanup, { ...options, tuning }, 'default=10.83.0.0/27,block=29');
  const file = join(options.runDir ?? '', bootId, 'pools', 'default', 'pool.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ restMs: 1 });
  const pods = Array.from({ length: 10 }, (_, at) => `pod-${at}`);
  for (const attachment of pods) must(await agent.allocate({ pool: 'default', attachment }));
  for (const attachment of pods) must(agent.release({ attachment }));
  await until('the second block has left, without the default rest', () => {
    const holdings = agent.status().pools.flatMap((pool) => pool.holdings);
    return holdings.filter(({ use }) => use === 'committed').length === 1;
  });
});
