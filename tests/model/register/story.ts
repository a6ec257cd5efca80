// Steps of a trace in words.
import type { Ballot, Goal, ProposerOutcome } from '@hedgerow/core/register';
import type { Post } from './model.ts';
import type { Letter } from './toy.ts';

/** `3x/n0`: counter, proposer, start. */
function ballotText({ counter, proposer, bootNonce }: Ballot): string {
  return counter === 0 ? 'seed' : `${counter}${proposer}/${bootNonce}`;
}

export function describePost({ from, to, body }: Post): string {
  if ('ask' in body) {
    const { ask } = body;
    const place = `${to} gets from ${from}:`;
    if (ask.type === 'prepare') return `${place} prepare ${ballotText(ask.ballot)}`;
    if (ask.type === 'accept') {
      return `${place} accept ${ballotText(ask.ballot)} = ${ask.digest} (${ask.body.kind})`;
    }
    return `${place} ${ask.type} for epoch ${ask.epoch}`;
  }
  const { answer } = body;
  const place = `${to} hears from ${from}:`;
  switch (answer.type) {
    case 'promise':
      return `${place} promise ${ballotText(answer.ballot)}, holds ${ballotText(answer.accepted.ballot)} = ${answer.accepted.digest}`;
    case 'accepted':
      return `${place} accepted ${ballotText(answer.ballot)} = ${answer.digest}`;
    case 'refused':
      return `${place} no to ${answer.of} ${ballotText(answer.ballot)}, ${answer.because} ${ballotText(answer.promised)}`;
    default:
      return `${place} ${answer.type} for epoch ${answer.epoch}`;
  }
}

export function describeDeed(goal: Goal<Letter>): string {
  if (goal.kind === 'read') return 'read';
  if (goal.kind === 'write') return `write ${goal.changes.map(({ letter }) => letter)}`;
  return `move to ${goal.next.members.map(({ member }) => member)}`;
}

export function describeOutcome(outcome: ProposerOutcome<string>): string {
  if (outcome.kind === 'unreachable') return 'gives up';
  if (outcome.kind === 'frozen') return 'finds the register frozen';
  return `is told "${outcome.value.cell.value}", ${outcome.kind}`;
}
