// A plugin under test and how to make, age and take away what it works on.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Claims } from './claims.ts';
import { isObject, type JsonObject } from './json.ts';

/** A program and its arguments, in which `{state}` is replaced too; or a function. */
export type Step = readonly string[] | ((state: string) => void);

/** A plugin with all that the suite must know of it. A subject file is this as JSON, see subjects/. */
export interface Subject {
  readonly name: string;
  /** Absolute path of the executable. */
  readonly plugin: string;
  /** Where the claims are documented. */
  readonly documentation?: string;
  /** What a reader of the outcomes should know: how the set-up helps it, say. */
  readonly notes?: string;
  /** The network configuration as a runtime sends it, without `cniVersion`. `{state}` is a fresh directory. */
  readonly network: JsonObject;
  /** CNI_NETNS; one that does not exist unless given, as most IPAM plugins do not look into it. */
  readonly netns?: string;
  /** Before each rule. */
  readonly prepare?: Step;
  /** After each rule, before the directory is removed. */
  readonly remove?: Step;
  /** Makes all that is held look some minutes old, for a GC that spares what is new. */
  readonly age?: Step;
  readonly claims?: Claims;
}

/** One prepared environment. */
export interface Environment {
  readonly state: string;
  readonly network: JsonObject;
  readonly claims: Claims;
  age(): void;
  remove(): void;
}

/** Makes a directory, prepares it, and fills its path in. */
export function openEnvironment(subject: Subject): Environment {
  const state = mkdtempSync(join(tmpdir(), 'cni-conformance-'));
  const run = (step: Step = []): void => {
    if (typeof step === 'function') step(state);
    else if (step.length > 0) runProgram(step.map((word) => word.replaceAll('{state}', state)));
  };
  run(subject.prepare);
  return {
    state,
    network: fillIn(subject.network, state),
    claims: fillIn(subject.claims ?? {}, state),
    age: () => run(subject.age),
    remove() {
      run(subject.remove);
      rmSync(state, { recursive: true, force: true });
    },
  };
}

function runProgram([program = '', ...args]: readonly string[]): void {
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
}

/** The same JSON with the directory's path in it. */
function fillIn<T extends object>(json: T, state: string): T {
  return JSON.parse(JSON.stringify(json).replaceAll('{state}', state));
}

/**
 * Reads a subject file. A plain network configuration (with `ipam`, without `network`) is one too: then only
 * the contract is checked, nothing that must be claimed. Throws what is wrong with it.
 */
export function readSubject(text: string, plugin: string): Subject {
  const file: unknown = JSON.parse(text);
  if (!isObject(file)) throw new Error('it must be a JSON object');
  const isPlain = isObject(file['ipam']) && file['network'] === undefined;
  const fields: JsonObject = isPlain ? { network: file } : file;
  const { network, name = plugin.slice(plugin.lastIndexOf('/') + 1) } = fields;
  if (!isObject(network)) throw new Error('"network" must be the network configuration');
  if (!isObject(network['ipam'])) throw new Error('the network configuration has no "ipam"');
  const { cniVersion: _, ...rest } = network;
  return { ...fields, name: String(name), plugin, network: { name: 'conformance', ...rest } };
}
