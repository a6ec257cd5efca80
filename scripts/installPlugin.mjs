// Copies the built plugin into a directory of CNI plugins, in one step: a runtime that looks while this
// runs finds the old plugin or the new one, whole, and one that runs the old one is not disturbed.

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAME = 'hedgerow-ipam';
const built = fileURLToPath(new URL(`../dist/bin/${NAME}`, import.meta.url));

const [directory, ...rest] = process.argv.slice(2);
process.exitCode = directory === undefined || rest.length > 0 ? misused() : install(directory);

function misused() {
  process.stderr.write('usage: npm run install-plugin -- DIR    (usually /opt/cni/bin)\n');
  return 2;
}

/** npm runs this in the project's directory; INIT_CWD is where the user is. */
function install(named) {
  const directory = resolve(process.env.INIT_CWD ?? '.', named);
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return noDirectory(directory);
  const target = join(directory, NAME);
  const beside = join(directory, `.${NAME}.${randomBytes(6).toString('hex')}`);
  try {
    copyFileSync(built, beside, constants.COPYFILE_EXCL);
    chmodSync(beside, 0o755);
    toDisk(beside);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    process.stderr.write(`${target} is as it was: ${error.message}\n`);
    return 1;
  }
  process.stdout.write(`installed ${target}\n`);
  return 0;
}

/** Not made here: in a directory with a wrong name no runtime would find the plugin. */
function noDirectory(directory) {
  process.stderr.write(
    `There is no directory ${directory}, so nothing was installed. Name the one where your container ` +
      'runtime looks for CNI plugins, or make it first.\n',
  );
  return 1;
}

function toDisk(path) {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}
