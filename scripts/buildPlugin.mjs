// Leaves dist/bin/hedgerow-ipam: a static executable made by QuickJS, or, where that cannot be made, a
// script that runs the plugin on the Node that runs this. `--node` asks for the latter. `--arm64` leaves an
// executable for that processor beside it, dist/bin/hedgerow-ipam-arm64.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePlugin } from './plugin/bundle.mjs';
import { compile } from './plugin/compile.mjs';
import { describeTools, findCrossQuickJs, findProgram, findQuickJs } from './plugin/quickjs.mjs';
import { filesBelow, fingerprint, whenChanged } from './setup/fingerprint.mjs';
import { cache, dist } from './setup/paths.mjs';
import { Failure, say, step } from './setup/progress.mjs';

const work = join(cache, 'plugin');
const binary = join(dist, 'bin', 'hedgerow-ipam');
const script = join(dist, 'lib', 'hedgerow-ipam.mjs');
const SOURCES = [
  'pnpm-lock.yaml',
  'packages/core',
  'packages/cni',
  'scripts/plugin',
  'scripts/buildPlugin.mjs',
];

const onNode = process.argv.includes('--node');
for (const directory of [work, join(dist, 'bin'), join(dist, 'lib')])
  mkdirSync(directory, { recursive: true });

const stamp = join(dist, '.stamps', 'plugin');
let isWished = true;
const words = [process.execPath, String(onNode), describeTools()];
await whenChanged(
  {
    stamp,
    print: fingerprint(filesBelow(SOURCES), words),
    outputs: [binary],
  },
  () => step('building the plugin', () => (onNode ? makeScript() : makeEither())),
);
if (process.argv.includes('--arm64')) await step('building the plugin for arm64', makeArm64);
// What was missing may be there the next time.
if (!isWished) rmSync(stamp, { force: true });

async function makeEither() {
  try {
    const quickjs = await findQuickJs();
    const bundle = join(work, 'plugin.js');
    const bytes = await bundlePlugin('quickjs', bundle);
    const made = join(work, 'hedgerow-ipam');
    await compile(quickjs, bundle, made);
    tryOut(made);
    renameSync(made, binary);
    say(`  static executable (QuickJS ${quickjs.version}, ${bytes} bytes of JavaScript)`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(`  no static executable: ${error.message}`);
    say('  the plugin runs on Node instead: it works, but an ADD takes 40 ms and not 2');
    await makeScript();
    isWished = false;
  }
}

/** Without an emulator it can be neither loaded in advance nor tried out here. */
async function makeArm64() {
  const quickjs = await findCrossQuickJs();
  const bundle = join(work, 'plugin.js');
  await bundlePlugin('quickjs', bundle);
  const made = join(work, 'hedgerow-ipam-arm64');
  const emulator = findProgram('qemu-aarch64-static');
  await compile(quickjs, bundle, made, emulator && [emulator]);
  if (emulator) tryOut(made, [emulator]);
  else say('  not loaded in advance, and not tried out: qemu-aarch64-static is missing');
  renameSync(made, `${binary}-arm64`);
}

async function makeScript() {
  await bundlePlugin('node', script);
  const made = join(work, 'hedgerow-ipam.sh');
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = [
    '#!/bin/sh',
    '# Runs the plugin on Node. Written by the build.',
    'unset NODE_OPTIONS NODE_PATH',
    `exec ${quoted(process.execPath)} ${quoted(script)}`,
  ];
  writeFileSync(made, `${lines.join('\n')}\n`);
  chmodSync(made, 0o755);
  tryOut(made);
  renameSync(made, binary);
}

/** A plugin that cannot even tell its version is not put in place. */
function tryOut(path, runner = []) {
  const input = '{"cniVersion":"1.0.0"}';
  const options = { input, env: { CNI_COMMAND: 'VERSION' }, timeout: 20_000, encoding: 'utf8' };
  let answer = '';
  try {
    const [command, ...args] = [...runner, path];
    answer = execFileSync(command, args, { ...options, stdio: ['pipe', 'pipe', 'ignore'] });
  } catch (error) {
    throw new Failure(`what was built does not run: ${error.message}`);
  }
  if (!answer.includes('"supportedVersions"'))
    throw new Failure(`what was built answers ${answer}`);
}
