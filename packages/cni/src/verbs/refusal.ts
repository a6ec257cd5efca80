/** Why an ADD found no address, in the words of CNI and with all that is known about the reason. */
import { type AttachRefusal, unmarkedBlocks, unmarkedText } from '@hedgerow/core/claims';
import { type CniError, cniError } from '../contract/errors.ts';
import type { Port } from '../port.ts';
import { findPlace, readAgent, silentSeconds } from '../runDirectory.ts';

/** An agent writes its heartbeat every few seconds; after this it is not running. */
const silenceSeconds = 15;

/** The agent finds it too, and says so until then. */
const whatToDo = 'stop all containers of this node and reboot it';

export function refusalOf(
  port: Port,
  root: string,
  refused: AttachRefusal,
): { readonly ok: false; readonly error: CniError } {
  switch (refused.code) {
    case 'no-space':
      return cniError('tryAgain', refused.message, whyNoSpace(port, root, refused));
    case 'cancelled':
      return cniError('tryAgain', refused.message, 'nothing is held; add it again');
    case 'tidied':
      return cniError('tryAgain', refused.message, `nothing is held; ${whatToDo}`);
    case 'io':
      return cniError('io', refused.message, 'whatever was claimed is undone, or will be by DEL');
    case 'held': {
      const details =
        'its container may be using them, so they stay and nothing was added: send DEL first, then add it again; if that container is gone, `hedgerow addr gc` frees them';
      return cniError('held', refused.message, details);
    }
    default: {
      const details = 'request another address, or none; nothing new is held';
      return cniError('requestRefused', refused.message, details);
    }
  }
}

/** Blocks that look free and are not given from. */
function whyUnmarked(port: Port, root: string, { pool = '' }: AttachRefusal): string[] {
  const place = findPlace(port, root);
  if (!place.ok || place.value === 'absent') return [];
  const unmarked = unmarkedBlocks(port.files, place.value, pool);
  return unmarked.map((block) => `${unmarkedText(block)}: ${whatToDo}`);
}

function whyNoSpace(port: Port, root: string, refused: AttachRefusal): string {
  const reasons = whyUnmarked(port, root, refused);
  const agent = readAgent(port, root);
  const file = agent.ok ? agent.value : undefined;
  const silent = silentSeconds(port, file);
  if (silent === undefined || silent > silenceSeconds)
    reasons.push('the agent is not running, so no block can come: start it');
  const hint = file?.pools[refused.pool ?? '']?.reason;
  if (hint !== undefined) reasons.push(hint);
  const { resting = 0, leftMs = 0 } = refused.shortage ?? {};
  if (resting > 0)
    reasons.push(
      `${resting} freed addresses rest for another ${Math.ceil(leftMs / 1000)} s or more`,
    );
  if (reasons.length === 0) reasons.push(...(file?.reasons ?? []));
  return reasons.join('; ') || 'the agent was asked for another block; try again';
}
