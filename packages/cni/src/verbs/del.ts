/**
 * DEL: frees what the attachment holds. Needs the network's name and the run directory, nothing else: no
 * agent, no pools, no namespace, no former result. Deleting what is not there is a success.
 */
import { ok } from '@hedgerow/core';
import { detach, wayToAttachment } from '@hedgerow/core/claims';
import { errorCode } from '../contract/errors.ts';
import { readAttachment, readRunDir } from '../contract/input.ts';
import { checkPlain, findPlace, ioError, readAgent } from '../runDirectory.ts';
import type { Verb } from './request.ts';

export const del: Verb = ({ port, config }) => {
  const attachment = readAttachment(port, config, { netns: false });
  if (!attachment.ok) return attachment;
  const root = readRunDir(config);
  if (!root.ok) return root;
  const place = findPlace(port, root.value);
  if (!place.ok) return place;
  if (place.value === 'absent') return ok(undefined);
  // Another layout may keep the attachment where we would not look: saying "freed" would leak it.
  const agent = readAgent(port, root.value);
  if (!agent.ok && agent.error.code === errorCode.otherLayout) return agent;
  const plain = checkPlain(port, wayToAttachment(place.value, attachment.value));
  if (!plain.ok) return plain;
  const error = detach(port.files, place.value, attachment.value);
  return error === undefined ? ok(undefined) : ioError('free the attachment', error);
};
