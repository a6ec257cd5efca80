// Node and pnpm for this tree, from npm, in .cache/tools, without touching what the machine has.
// Both come as the package of one platform, which holds the program itself: npm may refuse to run the
// install scripts by which the generic packages would find it.

import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environment, installEnvironment } from './environment.mjs';
import { cache } from './paths.mjs';
import { Failure, quiet, step } from './progress.mjs';

/**
 * The oldest minor release of each long-term Node that will do: libp2p needs Promise.withResolvers, the store
 * node:sqlite, and scripts that are TypeScript a Node that strips types. Odd releases are passed over.
 */
const OLDEST_22 = 18;
const NODE_VERSION = '24';
const PNPM_VERSION = '12.21.0';

/** True when a version like `v22.18.0` is new enough for the agent. */
export function isNodeNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= OLDEST_22);
}

/** Names of the packages that hold the programs for a platform. */
export function packageNames(platform, arch, musl) {
  const nodePrefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  return {
    node: `${nodePrefix}-${platform}-${arch}`,
    pnpm: `@pnpm/exe.${platform}-${arch}${musl ? '-musl' : ''}`,
  };
}

/** Path of a Node that is new enough: the one that runs this, or one fetched into the tree. */
export async function findNode() {
  if (isNodeNewEnough(process.version)) return process.execPath;
  if (isMusl()) throw new Failure(tooOld('npm has no Node for musl systems'));
  const name = packageNames(process.platform, process.arch, false).node;
  const directory = join(cache, 'tools', `${name}-${NODE_VERSION}`);
  const node = join(directory, 'node_modules', name, 'bin', 'node');
  if (existsSync(node)) return node;
  await step(`fetching Node ${NODE_VERSION} from npm (installed: ${process.version})`, () =>
    fetchPackage(name, NODE_VERSION, directory, node, tooOld(`npm could not bring ${name}`)),
  );
  return node;
}

/** Path of the pnpm that the lock file was written with. */
export async function findPnpm() {
  const name = packageNames(process.platform, process.arch, isMusl()).pnpm;
  const directory = join(
    cache,
    'tools',
    `pnpm-${PNPM_VERSION}-${process.platform}-${process.arch}`,
  );
  const pnpm = join(directory, 'node_modules', name, 'pnpm');
  if (existsSync(pnpm)) return pnpm;
  const advice = `npm could not bring ${name}. Is the network there? See \`npm ping\`.`;
  await step(`fetching pnpm ${PNPM_VERSION} from npm`, () =>
    fetchPackage(name, PNPM_VERSION, directory, pnpm, advice),
  );
  return pnpm;
}

/** Installs beside and renames, so that an interrupted fetch leaves nothing half done. */
async function fetchPackage(name, version, directory, program, advice) {
  mkdirSync(dirname(directory), { recursive: true });
  const beside = mkdtempSync(`${directory}.`);
  // Readable by all, as everything else in the tree: who runs the agent need not be who built it.
  chmodSync(beside, 0o755);
  try {
    const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    const args = ['install', '--prefix', beside, ...flags, `${name}@${version}`];
    await quiet('npm', args, { cwd: beside, env: installEnvironment(environment([])) });
    await quiet(program.replace(directory, beside), ['--version']);
    rmSync(directory, { recursive: true, force: true });
    renameSync(beside, directory);
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    throw new Failure(`${error.message}\n${advice}`);
  }
}

function isMusl() {
  const isGlibc = process.report?.getReport().header.glibcVersionRuntime !== undefined;
  return process.platform === 'linux' && !isGlibc;
}

function tooOld(why) {
  const oldest = `22.${OLDEST_22}`;
  return `Hedgerow needs Node ${oldest} or later, this is ${process.version}, and ${why}. Install one by hand.`;
}
