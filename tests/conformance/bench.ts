// What a rule works with: the plugin in one fresh environment.

import { expect } from './broken.ts';
import { type Answer, callPlugin } from './callPlugin.ts';
import type { Claims } from './claims.ts';
import { brief, isObject, type JsonObject } from './json.ts';
import type { Environment, Subject } from './subject.ts';

export type Verb = 'ADD' | 'DEL' | 'CHECK' | 'GC' | 'STATUS' | 'VERSION';

/** How a call differs from the plainest one. */
export interface CallOptions {
  readonly id?: string;
  readonly ifname?: string;
  /** The newest tested one unless given. */
  readonly version?: string;
  /** Laid over the network's `ipam`; null takes a key out. */
  readonly ipam?: JsonObject | undefined;
  /** Laid over the configuration; null takes a key out. */
  readonly config?: JsonObject;
  /** Laid over the variables; undefined takes one out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Standard input as it is, in place of the configuration. */
  readonly input?: string;
  /** Before the plugin on its command line. */
  readonly tracer?: readonly string[];
}

/** One entry of `ips`. */
export interface GivenAddress {
  readonly address: string;
  readonly gateway?: unknown;
  readonly [key: string]: unknown;
}

/** A successful ADD. */
export interface Given {
  readonly result: JsonObject;
  readonly ips: readonly GivenAddress[];
  /** The addresses without their prefix lengths. */
  readonly addresses: readonly string[];
}

export interface Bench {
  readonly claims: Claims;
  /** Tested versions that the plugin lists, oldest first. */
  readonly versions: readonly string[];
  /** The last of them. */
  readonly newest: string;
  /** All that VERSION lists. */
  readonly listed: readonly string[];
  readonly state: string;
  /** `ipam` of the network. */
  readonly ipam: JsonObject;
  call(verb: Verb | string, options?: CallOptions): Promise<Answer>;
  /** ADD that must succeed. */
  add(options?: CallOptions): Promise<Given>;
  /** A call that must succeed, whatever it prints. */
  succeed(verb: Verb, options?: CallOptions): Promise<Answer>;
  /** Makes all that is held look some minutes old. */
  age(): void;
}

export function createBench(
  subject: Subject,
  environment: Environment,
  listed: readonly string[],
  versions: readonly string[],
): Bench {
  const newest = versions.at(-1) ?? '';
  const { netns = '/run/netns/conformance' } = subject;
  const call = (verb: string, options: CallOptions = {}): Promise<Answer> =>
    callPlugin({
      command: [...(options.tracer ?? []), subject.plugin],
      env: variables(verb, netns, options),
      input: options.input ?? JSON.stringify(configuration(environment.network, newest, options)),
    });
  const succeed = async (verb: Verb, options: CallOptions = {}): Promise<Answer> => {
    const answer = await call(verb, options);
    expect(answer.status === 0, `${verb} fails: ${said(answer)}`);
    return answer;
  };
  return {
    claims: environment.claims,
    versions,
    newest,
    listed,
    state: environment.state,
    ipam: environment.network['ipam'] as JsonObject,
    call,
    succeed,
    add: async (options) => givenBy(await succeed('ADD', options)),
    age: environment.age,
  };
}

/** What a plugin answered, short enough for a message. */
export function said({ status, signal, json, stdout }: Answer): string {
  if (signal !== undefined) return `ended by ${signal}`;
  if (json?.['code'] !== undefined) return `code ${json['code']}, ${brief(json['msg'])}`;
  return `status ${status}, ${brief(stdout)}`;
}

/** Reads a successful ADD; a malformed one breaks the rule that asked for it. */
export function givenBy({ json, stdout }: Answer): Given {
  expect(json !== undefined, `ADD answers no JSON object: ${brief(stdout)}`);
  const ips: unknown = json['ips'] ?? [];
  expect(Array.isArray(ips), 'ips is no list');
  const entries = ips.map((entry: unknown): GivenAddress => {
    const address = isObject(entry) ? entry['address'] : undefined;
    expect(typeof address === 'string', 'an entry of ips has no address');
    return { ...(entry as JsonObject), address };
  });
  return { result: json, ips: entries, addresses: entries.map(({ address }) => bare(address)) };
}

/** An address without its prefix length. */
export function bare(address: string): string {
  return address.split('/')[0] ?? address;
}

function configuration(network: JsonObject, newest: string, options: CallOptions): JsonObject {
  const cniVersion = options.version ?? newest;
  const ipam = lay(network['ipam'] as JsonObject, options.ipam ?? {});
  return lay({ cniVersion, ...network, ipam }, options.config ?? {});
}

function variables(
  verb: string,
  netns: string,
  options: CallOptions,
): Readonly<Record<string, string>> {
  const needsAttachment = !['VERSION', 'GC', 'STATUS'].includes(verb);
  const attachment = {
    CNI_CONTAINERID: options.id ?? 'c1',
    CNI_IFNAME: options.ifname ?? 'eth0',
    CNI_NETNS: netns,
  };
  const env: Readonly<Record<string, string | undefined>> = {
    CNI_COMMAND: verb,
    ...(verb === 'VERSION' ? {} : { CNI_PATH: '/opt/cni/bin' }),
    ...(needsAttachment ? attachment : {}),
    ...options.env,
  };
  return Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

function lay(object: JsonObject, over: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries({ ...object, ...over }).filter(([, value]) => value !== null),
  );
}
