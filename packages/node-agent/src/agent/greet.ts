/** The first inputs of an agent: what the reducer starts from, and what this node says of itself. */
import { randomBytes } from 'node:crypto';
import { ok, type Result } from '@hedgerow/core';
import type { Input } from '@hedgerow/core/cluster';
import type { MemberId } from '@hedgerow/core/membership';
import { maxAnnounced } from '@hedgerow/core/ownership';
import { resumeLeave } from './departures.ts';
import { dialable, hostAddresses } from './host.ts';
import { noteStart } from './lastStart.ts';
import { readMachine } from './machine.ts';
import type { Parts } from './parts.ts';

/** The members as the set has them are those to stay connected with; those who left or were forgotten are not. */
export function learnPeers({ env, transport, state }: Parts): void {
  const { members, registers } = env.replica;
  const others = [...members.values()].filter(({ member }) => member !== state.key.member);
  const isGone = ({ member }: { readonly member: MemberId }): boolean => registers.isGone(member);
  transport.setPeers(
    others.filter((each) => !isGone(each)).map(({ member, dial }) => ({ member, dial })),
    new Set(others.filter(isGone).map(({ member }) => member)),
  );
}

/** The input that starts the reducer. */
export type Start = Extract<Input, { type: 'start' }>;

/** What the reducer starts from. From now on this start's boot nonce may be found in the register. */
export function startOf({ options, register, state }: Parts): Result<Start> {
  const { adopt = false, alone = false, machine = readMachine() } = options;
  const acceptors = state.store.loadAcceptors();
  if (!acceptors.ok) return acceptors;
  const bootNonce = randomBytes(16).toString('hex');
  const registered = register.estate.bootNonce;
  const noted = noteStart(state.store, { registered, next: bootNonce, machine, adopt });
  if (!noted.ok) return noted;
  return ok({
    type: 'start',
    register,
    bootNonce,
    acceptors: acceptors.value,
    ...noted.value,
    ...(alone ? { isAlone: true } : {}),
  });
}

/** First inputs: the boot, then what this node says of itself. */
export function greet(parts: Parts, start: Start): void {
  const { options, state, shell, transport, runDirectory, name } = parts;
  const hosts = hostAddresses();
  const { advertise = [], nodeAddresses = [], zone = '' } = options;
  learnPeers(parts);
  shell.dispatch({ ...start, isLeaving: resumeLeave(parts), found: runDirectory.found() });
  shell.dispatch({
    type: 'announce',
    body: {
      name,
      zone,
      store: state.store.storeId,
      nodeAddresses: (nodeAddresses.length > 0 ? nodeAddresses : hosts).slice(0, maxAnnounced),
      dial: dialAddresses(advertise, transport, hosts).slice(0, maxAnnounced),
    },
  });
}

function dialAddresses(
  advertise: readonly string[],
  transport: Parts['transport'],
  hosts: readonly string[],
): readonly string[] {
  return advertise.length > 0 ? advertise : dialable(transport.addresses(), hosts);
}
