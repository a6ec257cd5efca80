// docs/api is generated: it says what the comments in the code say now, and leaves nothing out.
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pagePath, testingPage } from '../api/page.ts';

it('the page about the simulator is up to date: `npm run api` writes it', async () => {
  const { page, warnings } = await testingPage();
  expect(warnings).toEqual([]);
  const written = existsSync(pagePath) ? readFileSync(pagePath, 'utf8') : '';
  expect(written === page, 'docs/api/testing.md is old; run `npm run api`').toBe(true);
});
