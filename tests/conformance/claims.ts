// What a plugin's own documentation says it does beyond the contract. A rule about anything that is
// not claimed is marked "not claimed" and counts neither for nor against it.

import type { JsonObject } from './json.ts';

/** The three ways to ask for an address, see CONVENTIONS.md of CNI. */
export type RequestWay = 'runtimeConfig.ips' | 'args.cni.ips' | 'CNI_ARGS';

/**
 * All optional. Each `ipam` here is laid over the `ipam` of the network, key by key; a key whose value is null
 * is taken out.
 */
export interface Claims {
  /** For each address of an answer the prefixes that it comes from. */
  readonly ranges?: readonly (readonly string[])[];
  /** Keeps record of who holds what: attachments get different addresses, DEL frees them. */
  readonly reserves?: true;
  /** The gateway of each address of an answer. */
  readonly gateways?: readonly string[];
  /** Answers these routes. */
  readonly routes?: { readonly ipam: JsonObject; readonly expected: readonly JsonObject[] };
  /** Answers this DNS configuration. */
  readonly dns?: { readonly ipam: JsonObject; readonly expected: JsonObject };
  /** A configuration with so few addresses (2 to 16) that the suite can use them all up. */
  readonly few?: { readonly ipam: JsonObject; readonly addresses: number };
  /** A configuration that gives one address of each of two families. */
  readonly dualStack?: {
    readonly ipam: JsonObject;
    readonly ranges: readonly (readonly string[])[];
  };
  readonly dualFew?: DualFewClaims;
  readonly requests?: RequestClaims;
  /**
   * A repeated ADD of a container that has its addresses is refused. Main plugins ask before they look whether the
   * container is connected already, and take what they were given back with a DEL when it is.
   */
  readonly refusesRepeats?: true;
  /** Keys of `ipam` without which DEL cannot work; it does without all others. */
  readonly delNeeds?: readonly string[];
  /** Unknown keys of CNI_ARGS are no error, also where `IgnoreUnknown` is not set. */
  readonly ignoresUnknownArgs?: true;
  /** A configuration with which the plugin cannot work and can tell so. */
  readonly unready?: { readonly ipam: JsonObject };
  /** Laid over `few` where STATUS tells only when asked that no address is left. */
  readonly statusWhenFull?: { readonly ipam: JsonObject };
  /** GC reads `cni.dev/attachments` too, as older runtimes send it. */
  readonly gcOldKey?: true;
}

/** Dual stack with few addresses (2 to 16), where the first family has more than the second. */
export interface DualFewClaims {
  readonly ipam: JsonObject;
  /** How many attachments get a pair: so many addresses has the second family. */
  readonly pairs: number;
  /** Gives the same addresses of the first family, and none of the second. */
  readonly alone: JsonObject;
  /** Addresses of the first family. */
  readonly more: number;
}

export interface RequestClaims {
  readonly ways: readonly RequestWay[];
  /** Two addresses that are free at first, written as the plugin wants them (`10.1.0.5` or `10.1.0.5/24`). */
  readonly free: readonly [string, string];
  /** One that the plugin may not give, if there is such. */
  readonly outside?: string;
}

/** What a rule can ask for: claims, versions and verbs that the plugin's list has, a tool of this machine. */
export type Need =
  | keyof Claims
  | RequestWay
  | 'CHECK'
  | 'GC'
  | 'STATUS'
  | 'before 1.0.0'
  | '1.0.0'
  | 'strace';
