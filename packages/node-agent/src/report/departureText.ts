/** What `hedgerow forget` says, for people. */
import { amount, plural } from './terminal.ts';
import type { ForgetReport } from './types.ts';

/** Pieces that are listed one by one. */
const maxRows = 8;

/** What will happen when this member is forgotten. */
export function forgetPlanText(report: ForgetReport, now: boolean): string {
  const { owned, lastHeardMs } = report;
  const heard =
    lastHeardMs === null
      ? 'This node has not heard it since its own start.'
      : `This node heard it ${timeText(lastHeardMs)} ago.`;
  const rows = owned.slice(0, maxRows).map((each) => {
    return `  ${each.pool}  ${each.prefix}  ${amount(each.size)} addresses`;
  });
  const more = owned.length - rows.length;
  return [
    `Forget ${whoText(report)}: your word that it is off for good. ${heard}`,
    owned.length === 0 ? 'As far as this node knows it owns nothing.' : 'It owns:',
    ...rows,
    ...(more > 0 ? [`  and ${plural(more, 'more prefix')}`.replace('prefixs', 'prefixes')] : []),
    `All of it goes to this node for good. ${restText(report, now)}`,
    'If it still runs, its containers and new ones get the same addresses: power it off first. It can come',
    'back only as a new member, with an empty state directory.',
  ].join('\n');
}

/** What will happen when these members are given up by a census. */
export function unsafePlanText(reports: readonly ForgetReport[], now: boolean): string {
  const [first] = reports;
  const who = reports.map(whoText).join(', ');
  const rows = reports.map((each) => {
    const size = each.owned.reduce((sum, { size: more }) => sum + more, 0);
    return `  ${whoText(each)}: ${amount(size)} addresses in ${plural(each.owned.length, 'piece')}`;
  });
  return [
    `Give up ${who} without a quorum of guardians: your word that all of this is off for good.`,
    'As far as this node knows they own:',
    ...rows,
    'Every living member is asked what it has. What is theirs and nobody has comes to this node. Members that',
    'answer take nothing from them any more and keep their registers no longer: there is no way back from the',
    `first answer on. ${first === undefined ? '' : restText(first, now)}`,
    'If one of them still runs, or a member lives that this node has never heard of, addresses get used twice.',
  ].join('\n');
}

function restText({ restMs }: ForgetReport, now: boolean): string {
  if (now) return 'Its addresses are given out again at once (--now).';
  return `Addresses that its containers had rest for ${timeText(restMs)} before they are given out again.`;
}

/** How a `forget` ended that was carried out. */
export function forgottenText(report: ForgetReport): string {
  const { heir, message } = report;
  const who = heir === undefined ? '' : ` Heir: ${whoText(heir)}.`;
  return `${whoText(report)} is forgotten: ${message ?? 'done'}.${who}`;
}

function whoText({ name, member }: { readonly name: string; readonly member: string }): string {
  return name === '' ? member : `${name} (${member})`;
}

/** Whole units, the largest that fits: `24 h`, `90 min`, `3 s`. */
export function timeText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
