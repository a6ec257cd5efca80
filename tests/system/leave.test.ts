// A node that was told to leave goes on with that after a restart, and does not start again once it has left.

import { must } from '@hedgerow/core';
import { createAgent } from '@hedgerow/node-agent';
import { afterEach, expect, it } from 'vitest';
import { createCleanup } from '../support/cleanup.ts';
import { enter, found, quickOptions, start } from '../support/embedded.ts';
import { createHome } from '../support/testNode.ts';
import { until } from '../support/until.ts';

const cleanup = createCleanup();
afterEach(() => cleanup.run());

it('leaves although its agent stopped half-way', async () => {
  const home = createHome(cleanup);
  const first = await found(cleanup, quickOptions(home, 'a'), 'default=10.84.0.0/24,block=28');
  const options = quickOptions(home, 'b');
  const before = await enter(cleanup, options, must(first.createToken(60_000)));
  const attachment = 'pod';
  must(await before.allocate({ pool: 'default', attachment, waitMs: 20_000 }));
  await until('it knows the other', () => before.leave().ok);
  await until('it waits for its container', () => {
    const { waiting } = before.leaving();
    return waiting.some(({ message }) => message.includes('containers'));
  });
  await before.stop();

  const after = await start(cleanup, options);
  await until('it goes on leaving', () => after.status().state === 'leaving');
  expect((await after.allocate({ pool: 'default', attachment: 'new', waitMs: 0 })).ok).toBe(false);
  expect(after.leaving().state).toBe('leaving');
  must(after.release({ attachment }));
  await until('it has left', () => after.leaving().state === 'left');
  await until('the other has all of it', () => {
    const pieces = first.map().pools.flatMap((pool) => pool.pieces);
    return pieces.every(({ owner }) => owner === first.member);
  });
  await after.stop();
  expect(await createAgent(options)).toMatchObject({ ok: false, error: { code: 'left' } });
});
