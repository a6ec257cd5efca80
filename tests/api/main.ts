// Writes docs/api: `npm run api`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pagePath, testingPage } from './page.ts';

const { page, warnings } = await testingPage();
for (const warning of warnings) process.stderr.write(`${warning}\n`);
mkdirSync(dirname(pagePath), { recursive: true });
writeFileSync(pagePath, page);
process.exitCode = warnings.length > 0 ? 1 : 0;
