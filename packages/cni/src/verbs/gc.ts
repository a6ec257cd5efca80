/**
 * GC: frees the attachments of this network that the runtime does not list, and sweeps what killed calls left
 * behind. Needs no agent and no pools. Goes on after an error and reports it.
 */
import { ok } from '@hedgerow/core';
import {
  type Attachment,
  attachmentName,
  attachmentsPath,
  collectGarbage,
  networkPath,
} from '@hedgerow/core/claims';
import { type CniResult, cniError, errorCode } from '../contract/errors.ts';
import { badField, isObject, type JsonObject } from '../contract/fields.ts';
import { readNetwork, readRunDir } from '../contract/input.ts';
import { checkPlain, findPlace, ioError, readAgent } from '../runDirectory.ts';
import type { Verb } from './request.ts';

/** CNI specification 1.1, section "GC", and the key of its earlier text, which libcni writes too. */
const keys = ['cni.dev/valid-attachments', 'cni.dev/attachments'] as const;

/** So many failures are told one by one. */
const shownFailures = 5;

export const gc: Verb = ({ port, config }) => {
  const network = readNetwork(config);
  if (!network.ok) return network;
  const valid = readValid(config);
  if (!valid.ok) return valid;
  const root = readRunDir(config);
  if (!root.ok) return root;
  const place = findPlace(port, root.value);
  if (!place.ok) return place;
  if (place.value === 'absent') return ok(undefined);
  const agent = readAgent(port, root.value);
  if (!agent.ok && agent.error.code === errorCode.otherLayout) return agent;
  const way = [place.value.boot, attachmentsPath(place.value)];
  const plain = checkPlain(port, [...way, networkPath(place.value, network.value)]);
  if (!plain.ok) return plain;
  const isValid = (attachment: Attachment): boolean => valid.value.has(attachmentName(attachment));
  const { files } = port;
  const collected = collectGarbage(files, place.value, network.value, isValid, port.wallMs());
  if (typeof collected === 'string') return ioError('list the attachments', collected);
  const { failed, freed } = collected;
  if (failed.length === 0) return ok(undefined);
  const list = failed.slice(0, shownFailures);
  const shown = list.map(({ attachment, error }) => `${attachmentName(attachment)}: ${error}`);
  const more = failed.length > shown.length ? ', ...' : '';
  const details = `${shown.join(', ')}${more}; ${freed} others were freed`;
  return cniError('io', `${failed.length} attachments could not be freed`, details);
};

/** Names of the valid attachments, in either key. An absent list is an error, `null` is an empty one. */
function readValid(config: JsonObject): CniResult<ReadonlySet<string>> {
  const present = keys.filter((key) => config[key] !== undefined);
  if (present.length === 0) return badField(keys[0], 'there for GC: nothing is freed without it');
  const names = new Set<string>();
  for (const key of present) {
    const list = config[key] ?? [];
    if (!Array.isArray(list)) return badField(key, 'a list');
    for (const [at, one] of list.entries()) {
      if (!isObject(one) || typeof one.containerID !== 'string' || typeof one.ifname !== 'string')
        return badField(`${key}[${at}]`, 'an object with "containerID" and "ifname"');
      // A name that no attachment can have matches none.
      names.add(`${one.containerID}:${one.ifname}`);
    }
  }
  return ok(names);
}
