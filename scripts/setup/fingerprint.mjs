// Hashes of inputs, so that a step whose inputs did not change is skipped. Contents count, times do not.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './paths.mjs';

const SKIPPED = new Set(['node_modules', 'dist', '.cache', '.git', 'coverage']);

/** All files below some paths of the tree, in order; tests are left out, as no step's result depends on them. */
export function filesBelow(paths) {
  const files = paths.flatMap((path) => walk(join(root, path)));
  return files.filter((file) => !file.endsWith('.test.ts')).sort();
}

/** SHA-256 over names and contents of files, and over further words such as versions. */
export function fingerprint(files, words = []) {
  const hash = createHash('sha256');
  for (const word of words) hash.update(`${word}\0`);
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`${relative(root, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * Runs `work` unless the stamp says that it ran on the same inputs and its outputs are still there.
 * The stamp is written after success only. Returns whether it ran.
 */
export async function whenChanged({ stamp, print, outputs }, work) {
  const isDone = existsSync(stamp) && readFileSync(stamp, 'utf8') === print;
  if (isDone && outputs.every((output) => existsSync(output))) return false;
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, print);
  return true;
}

function walk(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => !SKIPPED.has(name));
  return names.flatMap((name) => walk(join(path, name)));
}
