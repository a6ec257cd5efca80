// `npm run demo`: the main job end to end, on this machine, in a directory that is removed afterwards.
// `npm run demo -- --netns` does it with real pods in network namespaces (root).

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCleanup } from '../../tests/support/cleanup.ts';
import { loopbackDemo } from './loopback.ts';
import { netnsDemo } from './netns.ts';

const usage = `Usage: npm run demo [-- --netns]
  without options  three agents as processes on loopback; no root needed
  --netns          three hosts as network namespaces, pods by the standard plugins; needs root`;

async function main(args: readonly string[]): Promise<number> {
  const wrong = args.find((arg) => arg !== '--netns');
  if (wrong !== undefined) {
    process.stderr.write(`${usage}\n`);
    return wrong === '--help' ? 0 : 2;
  }
  const cleanup = createCleanup();
  const stopped = untilSignal();
  const base = mkdtempSync(join(tmpdir(), 'hedgerow-demo-'));
  cleanup.add(base, () => rmSync(base, { recursive: true, force: true }));
  const story = args.includes('--netns') ? netnsDemo(base, cleanup) : loopbackDemo(base, cleanup);
  const ended = story.then(
    () => 0,
    (error: unknown) => error,
  );
  const outcome = await Promise.race([ended, stopped]);
  const code = typeof outcome === 'number' ? outcome : complain(outcome);
  await cleanup.run();
  // After a signal the story runs on until it trips over what is gone; what it made meanwhile goes too.
  await Promise.race([ended, sleep(5_000)]);
  await cleanup.run();
  process.stdout.write('\nCleaned up.\n');
  return code;
}

function complain(error: unknown): number {
  process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : error}\n`);
  return 1;
}

function untilSignal(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(130));
    process.once('SIGTERM', () => resolve(143));
  });
}

process.exit(await main(process.argv.slice(2)));
