// Network namespaces as hosts and containers: hosts hang on one bridge that lives in a namespace of its own,
// so that the machine's own network is never touched.

import { randomBytes } from 'node:crypto';
import type { Prefix } from './agentProcess.ts';
import type { Cleanup } from './cleanup.ts';
import { mustRun, run } from './run.ts';

/** A network namespace. */
export interface Namespace {
  readonly name: string;
  /** For `CNI_NETNS`. */
  readonly path: string;
  /** Prepended to a command: runs it inside. */
  readonly enter: Prefix;
}

/** A namespace that plays a host: one interface `eth0` on the common link. */
export interface Host extends Namespace {
  readonly address: string;
}

/** Hosts on one link. */
export interface Lan {
  /** Adds a host with this address, such as 192.0.2.1, on a /24. */
  addHost(label: string, address: string): Promise<Host>;
  /** Adds an unconnected namespace: a container for a CNI plugin to connect. */
  addContainer(label: string): Promise<Namespace>;
  remove(namespace: Namespace): Promise<void>;
}

/** Makes the link. Everything is removed by `cleanup`. Needs root. */
export async function createLan(cleanup: Cleanup): Promise<Lan> {
  const tag = `hg${randomBytes(3).toString('hex')}`;
  const link = await addNamespace(`${tag}-lan`, cleanup);
  await ip(link, ['link', 'add', 'br0', 'type', 'bridge']);
  await ip(link, ['link', 'set', 'br0', 'up']);
  let ports = 0;
  return {
    async addHost(label, address) {
      const host = await addNamespace(`${tag}-${label}`, cleanup);
      const port = `port${ports++}`;
      const peer = ['peer', 'name', 'eth0', 'netns', host.name];
      await ip(link, ['link', 'add', port, 'type', 'veth', ...peer]);
      await ip(link, ['link', 'set', port, 'master', 'br0', 'up']);
      await ip(host, ['address', 'add', `${address}/24`, 'dev', 'eth0']);
      await ip(host, ['link', 'set', 'eth0', 'up']);
      return { ...host, address };
    },
    addContainer: (label) => addNamespace(`${tag}-${label}`, cleanup),
    remove: ({ name }) => removeNamespace(name),
  };
}

async function addNamespace(name: string, cleanup: Cleanup): Promise<Namespace> {
  await mustRun('ip', ['netns', 'add', name]);
  cleanup.add(`namespace ${name}`, () => removeNamespace(name));
  const made = { name, path: `/var/run/netns/${name}`, enter: ['ip', 'netns', 'exec', name] };
  await ip(made, ['link', 'set', 'lo', 'up']);
  return made;
}

/** Safe to repeat. */
async function removeNamespace(name: string): Promise<void> {
  const removed = await run('ip', ['netns', 'del', name]);
  if (removed.code !== 0 && !/No such file/.test(removed.stderr)) throw new Error(removed.stderr);
}

/** Runs `ip` inside a namespace. */
export async function ip(namespace: Namespace, args: readonly string[]): Promise<string> {
  return (await mustRun('ip', ['-n', namespace.name, ...args])).stdout;
}

/** True when one echo request from inside the namespace is answered within a second. */
export async function pings(from: Namespace, address: string): Promise<boolean> {
  const [command = 'ping', ...args] = [...from.enter, 'ping', '-c', '1', '-W', '1', address];
  return (await run(command, args)).code === 0;
}
