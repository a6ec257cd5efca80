// The environment that every program of the set-up, build and tests gets: our Node first in PATH, and
// caches inside the tree where the home directory is missing or read-only.

import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { cache, root } from './paths.mjs';

const SYSTEM_CERTIFICATES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
];

/** Environment with `directories` and the workspace's own programs first in PATH. */
export function environment(directories) {
  const path = [
    ...directories,
    join(root, 'node_modules', '.bin'),
    process.env.PATH ?? '/usr/bin:/bin',
  ];
  return { ...process.env, PATH: path.join(delimiter) };
}

/** Adds what npm and pnpm need: certificates that this machine trusts, and a place for their caches. */
export function installEnvironment(base) {
  const certificates = SYSTEM_CERTIFICATES.find((file) => existsSync(file));
  const env = { ...base };
  // Behind a company proxy the certificate is in the system's bundle, which Node does not read by itself.
  if (certificates) env.NODE_EXTRA_CA_CERTS ??= certificates;
  if (isHomeWritable()) return env;
  return {
    ...env,
    npm_config_cache: join(cache, 'npm'),
    XDG_CACHE_HOME: join(cache, 'xdg-cache'),
    XDG_DATA_HOME: join(cache, 'xdg-data'),
    XDG_STATE_HOME: join(cache, 'xdg-state'),
  };
}

/** False where caches cannot be kept in the home directory. */
export function isHomeWritable() {
  try {
    accessSync(homedir(), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
