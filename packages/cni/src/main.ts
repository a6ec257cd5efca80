/** One call of the plugin: reads the request, runs its verb, prints one answer, gives the exit status. */
import { ok } from '@hedgerow/core';
import { errorAnswer, versionAnswer } from './contract/answer.ts';
import { type CniError, type CniResult, cniError } from './contract/errors.ts';
import { type JsonObject, readText } from './contract/fields.ts';
import { readConfig } from './contract/input.ts';
import {
  atLeast,
  type CniVersion,
  isSupported,
  newestVersion,
  supportedVersions,
} from './contract/versions.ts';
import type { Port } from './port.ts';
import { add } from './verbs/add.ts';
import { check } from './verbs/check.ts';
import { del } from './verbs/del.ts';
import { gc } from './verbs/gc.ts';
import type { Verb } from './verbs/request.ts';
import { status } from './verbs/status.ts';

interface KnownVerb {
  readonly run: Verb;
  /** The first version of the specification that has it. */
  readonly since: CniVersion;
}

const verbs: ReadonlyMap<string, KnownVerb> = new Map([
  ['ADD', { run: add, since: '0.3.0' }],
  ['DEL', { run: del, since: '0.3.0' }],
  ['CHECK', { run: check, since: '0.4.0' }],
  ['GC', { run: gc, since: '1.1.0' }],
  ['STATUS', { run: status, since: '1.1.0' }],
]);

/** Runs one request and returns the exit status: 0, or 1 with an error on standard output. */
export function main(port: Port): number {
  let version: CniVersion = newestVersion;
  let result: CniResult<JsonObject | undefined>;
  try {
    result = runVerb(port, (asked) => {
      version = asked;
    });
  } catch (error) {
    const why = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
    result = cniError('internal', 'the plugin failed; please report it', why);
  }
  if (!result.ok) return fail(port, version, result.error);
  if (result.value !== undefined) port.answer(`${JSON.stringify(result.value)}\n`);
  return 0;
}

function fail(port: Port, version: CniVersion, error: CniError): number {
  port.answer(`${JSON.stringify(errorAnswer(version, error))}\n`);
  port.log(`hedgerow-ipam: ${error.msg}: ${error.details}`);
  return 1;
}

function runVerb(
  port: Port,
  useVersion: (version: CniVersion) => void,
): CniResult<JsonObject | undefined> {
  const config = readConfig(port);
  if (!config.ok) return config;
  const asked = readText(config.value.cniVersion, 'cniVersion');
  if (!asked.ok) return asked;
  // CNI specification: a configuration without a version is one of 0.1.0.
  const version = asked.value ?? '0.1.0';
  const command = port.env('CNI_COMMAND') ?? '';
  if (command === 'VERSION') return ok(versionAnswer(version));
  if (!isSupported(version)) {
    const details = `this plugin speaks ${supportedVersions.join(', ')}`;
    return cniError(
      'version',
      `version ${JSON.stringify(version)} of CNI is not supported`,
      details,
    );
  }
  useVersion(version);
  const verb = verbs.get(command);
  if (verb === undefined) {
    const msg =
      command === ''
        ? 'CNI_COMMAND is missing'
        : `CNI_COMMAND ${JSON.stringify(command)} is not known`;
    return cniError('environment', msg, `known are ${[...verbs.keys(), 'VERSION'].join(', ')}`);
  }
  if (!atLeast(version, verb.since))
    return cniError('version', `${command} needs CNI ${verb.since}`, `the request says ${version}`);
  return verb.run({ port, version, config: config.value });
}
