// The executable in dist/bin: a few lines of sh that start the bundle on the Node that the build used.

import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { root } from '../setup/paths.mjs';

/** Writes the launcher at `path`; replaces it in one step, and only when it says something new. */
export function writeLauncher(path, node) {
  const text = launcherText(nodeFrom(path, node));
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, text);
  chmodSync(beside, 0o755);
  renameSync(beside, path);
}

/** A Node inside the tree is named relative to the launcher, so that the tree may be moved. */
function nodeFrom(path, node) {
  if (relative(root, node).startsWith('..')) return quoted(node);
  return `"$here"/${quoted(relative(dirname(path), node))}`;
}

/** A word that sh takes as it is. */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The text of the launcher. `node` is a word of sh, in which `$here` is the launcher's real directory. */
export function launcherText(node) {
  return `#!/bin/sh
# Starts the Hedgerow agent and command line. Written by the build.
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
here=$(CDPATH= cd "$(dirname "$self")" && pwd -P) || exit 1
node=${node}
if [ ! -x "$node" ]; then
  node=node
  "$node" -e 'require("node:sqlite")' 2>/dev/null || {
    echo "hedgerow: needs Node 22.18 or later: the one it was built with is gone, or cannot be run by this user, and '$(command -v node || echo none)' is too old. Install a newer Node, or build again." >&2
    exit 1
  }
fi
exec "$node" --disable-warning=ExperimentalWarning "$here/../lib/hedgerow.mjs" "$@"
`;
}
