/** Answers on standard output, shaped for the version that was asked. */
import { formatAddress } from '@hedgerow/core/address';
import { ipEntry } from '@hedgerow/core/book';
import type { HeldAddress, OpenPool } from '@hedgerow/core/claims';
import type { CniError } from './errors.ts';
import type { JsonObject } from './fields.ts';
import type { IpamConfig, Route } from './ipam.ts';
import { atLeast, type CniVersion, supportedVersions } from './versions.ts';

/** An address with the pool that says how it looks. */
export interface Given {
  readonly held: HeldAddress;
  readonly pool: OpenPool;
}

/** The result of ADD: `ips`, `routes` and `dns`, no interfaces. */
export function addAnswer(
  version: CniVersion,
  given: readonly Given[],
  ipam: IpamConfig,
): JsonObject {
  const ips = given.map(({ held, pool }) => {
    const entry = ipEntry(pool, held.address, ipam.gateway);
    return atLeast(version, '1.0.0') ? entry : { version: String(held.address.family), ...entry };
  });
  const families = new Set(given.map(({ held }) => held.address.family));
  const routes = ipam.routes.filter(({ family }) => families.has(family));
  return {
    cniVersion: version,
    ips,
    routes: routes.map((route) => routeFor(version, route)),
    dns: ipam.dns,
  };
}

/** Before 1.1.0 a route had destination and gateway only. */
function routeFor(version: CniVersion, { fields }: Route): JsonObject {
  if (atLeast(version, '1.1.0')) return fields;
  return fields.gw === undefined ? { dst: fields.dst } : { dst: fields.dst, gw: fields.gw };
}

/** The result of VERSION: echoes the version that was asked. */
export function versionAnswer(asked: string): JsonObject {
  return { cniVersion: asked, supportedVersions };
}

export function errorAnswer(version: CniVersion, error: CniError): JsonObject {
  return { cniVersion: version, code: error.code, msg: error.msg, details: error.details };
}

/** Addresses as text, for messages. */
export function listAddresses(held: readonly HeldAddress[]): string {
  return held.map(({ address }) => formatAddress(address)).join(', ') || 'nothing';
}
