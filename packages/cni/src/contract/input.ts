/**
 * Standard input and environment as CNI gives them, checked: what every verb needs. The rest of the
 * network configuration is read by those verbs that need it (DEL works with a broken one).
 */
import { ok } from '@hedgerow/core';
import {
  type Attachment,
  checkAttachment,
  checkContainerId,
  checkIfname,
  checkNetworkName,
  defaultRunDir,
} from '@hedgerow/core/claims';
import type { Port } from '../port.ts';
import { type CniResult, cniError } from './errors.ts';
import { badField, isObject, type JsonObject, readObject, readText } from './fields.ts';

/** Standard input of GC lists all attachments of a node; nothing needs more than this. */
export const maxInputBytes: number = 4 * 1024 * 1024;

/** Standard input as a JSON object. */
export function readConfig(port: Port): CniResult<JsonObject> {
  const text = port.readInput(maxInputBytes);
  if (text === undefined) {
    const details = `at most ${maxInputBytes} bytes are read: this is no network configuration`;
    return cniError('decode', 'standard input is too long', details);
  }
  if (text.trim() === '')
    return cniError('decode', 'standard input is empty', 'a network configuration must be there');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return cniError('decode', 'standard input is not JSON', why);
  }
  if (isObject(parsed)) return ok(parsed);
  return cniError('decode', 'standard input is not a JSON object', 'it must be an object');
}

/** Which of the CNI variables a verb cannot do without. `CNI_PATH` is none of them. */
export interface Needs {
  readonly netns: boolean;
}

/** The attachment that the environment and the network's name say. */
export function readAttachment(
  port: Port,
  config: JsonObject,
  needs: Needs,
): CniResult<Attachment> {
  const names = ['CNI_CONTAINERID', 'CNI_IFNAME', ...(needs.netns ? ['CNI_NETNS'] : [])];
  const missing = names.filter((name) => (port.env(name) ?? '') === '');
  if (missing.length > 0) {
    const msg = `required environment variables are missing: ${missing.join(', ')}`;
    return cniError('environment', msg, 'the container runtime sets them');
  }
  const network = readNetwork(config);
  if (!network.ok) return network;
  const containerId = checkContainerId(port.env('CNI_CONTAINERID') ?? '');
  if (!containerId.ok) return badVariable('CNI_CONTAINERID', containerId.error.message);
  const ifname = checkIfname(port.env('CNI_IFNAME') ?? '');
  if (!ifname.ok) return badVariable('CNI_IFNAME', ifname.error.message);
  const attachment = {
    network: network.value,
    containerId: containerId.value,
    ifname: ifname.value,
  };
  const checked = checkAttachment(attachment);
  return checked.ok ? checked : badVariable('CNI_CONTAINERID', checked.error.message);
}

function badVariable(name: string, details: string): ReturnType<typeof cniError> {
  return cniError('environment', `${name} is not valid`, details);
}

/** The network's name. */
export function readNetwork(config: JsonObject): CniResult<string> {
  const name = readText(config.name, 'name');
  if (!name.ok) return name;
  if (name.value === undefined) return badField('name', 'the name of the network');
  const checked = checkNetworkName(name.value);
  if (checked.ok) return checked;
  return cniError('config', 'name is not valid', checked.error.message);
}

/** `ipam.runDir`, an absolute path without `.` and `..`, without a slash at its end. */
export function readRunDir(config: JsonObject): CniResult<string> {
  const ipam = readObject(config.ipam, 'ipam');
  if (!ipam.ok) return ipam;
  const text = readText(ipam.value.runDir, 'ipam.runDir');
  if (!text.ok) return text;
  const path = (text.value ?? defaultRunDir).replace(/\/+$/, '');
  const sound = /^(\/[^/\0]+)+$/.test(path) && !/\/\.\.?(\/|$)/.test(path);
  return sound ? ok(path) : badField('ipam.runDir', 'an absolute path without "." and ".."');
}
