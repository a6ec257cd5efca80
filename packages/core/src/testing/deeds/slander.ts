/** Lies of the messages that are not about grants: greetings, signs of life, registers of others, censuses. */
import type { Input, Message } from '../../cluster/contract/index.ts';
import type { Ballot } from '../../register/types.ts';
import { attack } from '../attack.ts';
import type { Cluster } from '../cluster.ts';
import { type Deed, nodeAt, rateOf } from '../deed.ts';
import type { SimNode } from '../node.ts';

const zeros = '0'.repeat(64);

interface Slander {
  readonly message: Message;
  /** The target may do something of its own because of it, as it would for an honest one. */
  readonly works?: true;
}

/** True where the liar keeps the register of the target: guardians that lie are outside of what is promised. */
function keeps(cluster: Cluster, liar: SimNode, target: SimNode): boolean {
  const sets = cluster.registers.setsOf(target.member);
  const known = target.state?.register.desk?.proposer.set.members ?? [];
  return [...sets.flatMap(({ members }) => members), ...known].some(
    ({ member }) => member === liar.member,
  );
}

/** Who lies to whom about whom. */
interface Parties {
  readonly liar: SimNode;
  readonly target: SimNode;
  readonly about: SimNode;
}

/** What anybody may say, true or not. */
function said({ target, about }: Parties): readonly Slander[] {
  const { network } = target.state ?? { network: '' };
  const none = { epoch: 0, taken: 0, given: 0 };
  const hello = { type: 'hello', network, bootNonce: 'lies', hash: zeros, about: none } as const;
  return [
    { message: { ...hello, epoch: 1 }, works: true },
    { message: { ...hello, epoch: 1_000 }, works: true },
    { message: { type: 'heartbeat', bootNonce: 'lies', isLast: true }, works: true },
    { message: { type: 'heartbeat', bootNonce: 'lies', isLast: false }, works: true },
    { message: { type: 'collect', owner: about.member }, works: true },
    { message: { type: 'collect', owner: 'nobody' } },
    { message: { type: 'stillHeard', owner: about.member }, works: true },
  ];
}

/** What is asked about registers in a ballot that nobody drew. */
function asked({ liar, about }: Parties): readonly Slander[] {
  const owner = about.member;
  const { epoch } = about.disk.register.estate.guardians;
  const ballot = ballotOf(liar);
  const signature = new Uint8Array(64);
  const body = { kind: 'keep' } as const;
  const accept = { type: 'accept', owner, epoch, ballot, digest: zeros, signature, body } as const;
  const prepare = { type: 'prepare', owner, epoch: 1_000, ballot, has: zeros } as const;
  return [
    { message: { type: 'register', ask: prepare } },
    { message: { type: 'register', ask: accept } },
  ];
}

/** What only an authority may say. */
function counted({ target, about }: Parties): readonly Slander[] {
  const of = (member: string) => ({ owners: [member], stuck: [] });
  const nothing = { isShut: true, held: [], leaving: [], dealings: [], owned: zeros };
  return [
    { message: { type: 'census', ...of(about.member) } },
    { message: { type: 'census', ...of(target.member) } },
    { message: { type: 'censusAnswer', ...of(about.member), ...nothing } },
  ];
}

/** What only a guardian may say. */
function kept({ liar, target }: Parties): readonly Slander[] {
  const owner = target.member;
  const { epoch } = target.disk.register.estate.guardians;
  const guardian = { member: liar.member, store: liar.disk.storeId };
  const ballot = ballotOf(liar);
  const about = { owner, epoch, guardian, ballot };
  const refused = { of: 'accept', because: 'promised', promised: ballot } as const;
  const signature = new Uint8Array(64);
  return [
    { message: { type: 'heartbeatReply', bootNonce: 'lies' } },
    { message: { type: 'registerAnswer', answer: { type: 'refused', ...about, ...refused } } },
    {
      message: {
        type: 'registerAnswer',
        answer: { type: 'accepted', ...about, digest: zeros, signature },
      },
    },
    { message: { type: 'registerAnswer', answer: { type: 'ready', ...about } } },
  ];
}

function ballotOf({ member }: SimNode): Ballot {
  return { counter: 1_000_000, proposer: member, bootNonce: 'lies' };
}

function slanders(cluster: Cluster, parties: Parties): readonly Slander[] {
  const { liar, target } = parties;
  const isAuthority = cluster.genesis.authorities.includes(liar.member);
  return [
    ...said(parties),
    ...asked(parties),
    ...(isAuthority ? [] : counted(parties)),
    ...(keeps(cluster, liar, target) ? [] : kept(parties)),
  ];
}

/** A member lies about who lives, who is gone, and what registers say. */
export const slander: Deed = {
  name: 'slander',
  hourly: rateOf('slander'),
  draw: (random) => [random.below(1024), random.below(1024), random.below(1024)],
  play(cluster, [pick, which, kind = 0]) {
    const liar = nodeAt(cluster, pick);
    const target = nodeAt(cluster, which);
    const about = nodeAt(cluster, kind >> 4);
    if (liar.member === target.member || !target.isUp) return undefined;
    const list = slanders(cluster, { liar, target, about });
    const { message, works } = list[kind % list.length] as Slander;
    const input: Input = { type: 'message', from: liar.member, message };
    if (works) target.take(input);
    else attack(target, input);
    return `${liar.name} slanders ${about.name} to ${target.name}: ${message.type}`;
  },
};
