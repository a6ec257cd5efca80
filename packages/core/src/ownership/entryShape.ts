// The shape and the bounds of entries. Whoever feeds the replicated set checks here first: what passes
// can be hashed, compared and kept without another look. A record that passes may still be void.
import { formatAddress, parseAddress, parseCidr } from '../address/index.ts';
import { signatureLength } from '../crypto/bytes.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import type { RecordKind, SignedEntry } from './types.ts';

/** Most predecessors of one record. */
export const maxPredecessors = 16;

/** Highest version and highest sequence of an announcement, 2^48: no counter of honest members gets there. */
export const maxVersion: number = 2 ** 48;

/** Most bytes of a certificate. */
export const maxCertificateBytes: number = 16 * 1024;

/** Most node addresses, and most addresses to dial, in one announcement. */
export const maxAnnounced = 64;

type Fields = Readonly<Record<string, unknown>>;

/** What is wrong with a value, or undefined. */
type Problem = string | undefined;

const kinds: Readonly<Record<RecordKind, { readonly root: boolean }>> = {
  genesis: { root: true },
  pool: { root: true },
  grant: { root: false },
  coalesce: { root: false },
  reclaim: { root: false },
  'take-back': { root: false },
};

const networkShape = /^sha256:[0-9a-f]{64}$/;
const idShape = /^[0-9a-f]{64}$/;
const memberShape = /^[A-Za-z0-9._-]{1,128}$/;
/** As `checkPools` has it. */
const poolShape = /^[a-z0-9-]{1,63}$/;
const nameShape = /^[!-~]{0,253}$/;
const storeShape = /^[!-~]{1,64}$/;
const zoneShape = /^[!-~]{0,63}$/;
const dialShape = /^[!-~]{1,256}$/;

const entryKeys = ['type', 'body', 'writer', 'signature'];
const recordKeys = ['network', 'pool', 'prefix', 'version', 'owner', 'predecessors', 'kind'];
const memberKeys = [
  'network',
  'member',
  'sequence',
  'name',
  'zone',
  'store',
  'nodeAddresses',
  'dial',
];
const registerKeys = ['network', 'owner', 'certificate'];

/** The entry, if every field is there, in bounds and canonical, and there is none besides. */
export function checkEntry(value: unknown): Result<SignedEntry, Refusal<'malformed-entry'>> {
  const problem = entryProblem(value);
  if (problem === undefined) return ok(value as SignedEntry);
  return refuse(
    'malformed-entry',
    `${problem}; the entry was left out, its publisher is broken or hostile`,
  );
}

function entryProblem(value: unknown): Problem {
  if (!isFields(value)) return 'an entry is not a map';
  const withCertificate = value.type === 'ownership' && Object.hasOwn(value, 'certificate');
  if (!hasExactly(value, entryKeys, withCertificate ? 1 : 0)) {
    return 'an entry has missing or unknown fields';
  }
  if (!matches(value.writer, memberShape)) return 'the writer is not a member id';
  if (!(value.signature instanceof Uint8Array) || value.signature.length !== signatureLength) {
    return `a signature does not have ${signatureLength} bytes`;
  }
  if (value.type === 'member') return memberProblem(value.body, value.writer);
  if (value.type === 'register') return registerProblem(value.body);
  if (value.type !== 'ownership') return 'the entry is of no known type';
  return (
    recordProblem(value.body) ??
    (withCertificate ? certificateProblem(value.certificate) : undefined)
  );
}

function recordProblem(body: unknown): Problem {
  if (!isFields(body) || !hasExactly(body, recordKeys, 0)) {
    return 'the body of a record has missing or unknown fields';
  }
  if (!matches(body.network, networkShape)) return 'the network is not a network id';
  if (!matches(body.pool, poolShape)) return 'the pool is not the name of a pool';
  if (!isCount(body.version)) return `the version is not a whole number from 1 to 2^48`;
  if (!matches(body.owner, memberShape)) return 'the owner is not a member id';
  if (typeof body.prefix !== 'string' || body.prefix.length > 49 || !parseCidr(body.prefix).ok) {
    return 'the prefix is not a canonical CIDR prefix';
  }
  if (typeof body.kind !== 'string' || !Object.hasOwn(kinds, body.kind)) {
    return 'the record is of no known kind';
  }
  return predecessorsProblem(body.predecessors, kinds[body.kind as RecordKind].root);
}

function predecessorsProblem(ids: unknown, root: boolean): Problem {
  if (!Array.isArray(ids)) return 'the predecessors are not a list';
  if (root !== (ids.length === 0)) {
    return root ? 'a root of lineage has predecessors' : 'a record has no predecessor';
  }
  if (ids.length > maxPredecessors) return `a record has over ${maxPredecessors} predecessors`;
  let last = '';
  for (const id of ids as readonly unknown[]) {
    if (!matches(id, idShape)) return 'a predecessor is not a record id';
    if (id <= last) return 'the predecessors are not sorted or repeat';
    last = id;
  }
  return undefined;
}

function certificateProblem(certificate: unknown): Problem {
  if (certificate instanceof Uint8Array && certificate.length <= maxCertificateBytes) {
    return undefined;
  }
  return `the certificate is not a string of at most ${maxCertificateBytes} bytes`;
}

function registerProblem(body: unknown): Problem {
  if (!isFields(body) || !hasExactly(body, registerKeys, 0)) {
    return 'the body of a proof about a register has missing or unknown fields';
  }
  if (!matches(body.network, networkShape)) return 'the network is not a network id';
  if (!matches(body.owner, memberShape)) return 'the owner is not a member id';
  return certificateProblem(body.certificate);
}

function memberProblem(body: unknown, writer: string): Problem {
  if (!isFields(body) || !hasExactly(body, memberKeys, 0)) {
    return 'the body of an announcement has missing or unknown fields';
  }
  if (!matches(body.network, networkShape)) return 'the network is not a network id';
  if (body.member !== writer) return 'a member is announced by somebody else';
  if (!isCount(body.sequence)) return 'the sequence is not a whole number from 1 to 2^48';
  if (!matches(body.name, nameShape)) return 'the name of a member is not a host name';
  if (!matches(body.zone, zoneShape)) return 'the zone of a member is not a short word';
  if (!matches(body.store, storeShape)) return 'the store of a member is not a store id';
  if (!isListOf(body.nodeAddresses, maxAnnounced, isCanonicalAddress)) {
    return `the node addresses are not a list of at most ${maxAnnounced} canonical addresses`;
  }
  if (!isListOf(body.dial, maxAnnounced, (text) => dialShape.test(text))) {
    return `the addresses to dial are not a list of at most ${maxAnnounced} multiaddrs`;
  }
  return undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasExactly(fields: Fields, keys: readonly string[], optional: number): boolean {
  if (Object.keys(fields).length !== keys.length + optional) return false;
  return keys.every((key) => Object.hasOwn(fields, key));
}

function matches(value: unknown, shape: RegExp): value is string {
  return typeof value === 'string' && shape.test(value);
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= maxVersion;
}

function isListOf(value: unknown, most: number, each: (text: string) => boolean): boolean {
  if (!Array.isArray(value) || value.length > most) return false;
  return value.every((item: unknown) => typeof item === 'string' && each(item));
}

function isCanonicalAddress(text: string): boolean {
  if (text.length > 45) return false;
  const address = parseAddress(text);
  return address.ok && formatAddress(address.value) === text;
}
