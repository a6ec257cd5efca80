#!/usr/bin/env node

// The one entry behind `npm run ...`. It needs Node 18 and npm, nothing else: what is missing it brings.

import { Failure } from './setup/progress.mjs';
import { runTask } from './tasks.mjs';

const [task = '', ...args] = process.argv.slice(2);
try {
  process.exitCode = await runTask(task, args);
} catch (error) {
  process.stderr.write(error instanceof Failure ? `\n${error.message}\n` : `${error.stack}\n`);
  process.exitCode = 1;
}
