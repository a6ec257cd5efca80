/**
 * A call before the first one, when the executable is built: QuickJS makes built-in functions, regular
 * expressions and shapes of objects at their first use, and all that is in the picture then. Its port
 * answers from here and asks nothing of the machine; nothing that a call leaves behind is kept.
 */
import { layoutVersion } from '@hedgerow/core/claims';
import { main } from '../main.ts';
import type { Port } from '../port.ts';

const layout = layoutVersion;
const agent = { layout, bootId: '01234567-89ab', uptimeSeconds: 1, ready: true, wasReady: true };
const pool = { layout, name: 'p', prefix: '192.0.2.0/24', blockLength: 28, subnet: 'pool' };
const input = { cniVersion: '1.0.0', name: 'n', ipam: { pools: ['p'], runDir: '/r', waitMs: 0 } };

const variables: ReadonlyMap<string, string> = new Map([
  ['CNI_CONTAINERID', 'c'],
  ['CNI_IFNAME', 'eth0'],
  ['CNI_NETNS', '/n'],
]);

function portFor(verb: string): Port {
  return {
    files: {
      readdir: () => (verb === 'ADD' ? 'ENOENT' : ['0123456789abcdef']),
      readlink: () => ({ target: verb === 'ADD' ? '192.0.2.3' : 'p 192.0.2.0_28 192.0.2.4 /n' }),
      lstat: (path) => ({
        kind: path.includes('/marks/') ? 'symlink' : 'directory',
        nlink: 2,
        mtimeMs: 0,
        mode: 0o755,
        uid: 0,
      }),
      mkdir: () => undefined,
      rmdir: () => undefined,
      symlink: () => undefined,
      unlink: () => undefined,
      rename: () => undefined,
      readText: (path) => ({
        text: JSON.stringify(path === '/r/agent.json' ? agent : { ...pool, restMs: 1 }),
      }),
      writeText: () => undefined,
      touch: () => undefined,
    },
    env: (name) => (name === 'CNI_COMMAND' ? verb : variables.get(name)),
    readInput: () => JSON.stringify(input),
    answer: () => undefined,
    log: () => undefined,
    wallMs: () => 1e12,
    uptimeSeconds: () => 1,
    sleepMs: () => undefined,
    randomId: () => '0123456789abcdef',
    uid: () => 0,
    bootId: () => agent.bootId,
  };
}

/** Throws when a call does not succeed: then it rehearsed something else. */
export function rehearse(): void {
  for (const verb of ['ADD', 'DEL'])
    if (main(portFor(verb)) !== 0) throw new Error(`the rehearsal of ${verb} failed`);
}
