/** The keys of `ipam` and the requested addresses: what ADD and CHECK need of the configuration. */
import { ok } from '@hedgerow/core';
import type { Address, Prefix } from '@hedgerow/core/address';
import { parseAddress, parsePrefix } from '@hedgerow/core/address';
import { parseExcluded } from '@hedgerow/core/book';
import { isPoolName } from '@hedgerow/core/claims';
import type { Port } from '../port.ts';
import { type CniResult, cniError } from './errors.ts';
import { badField, isObject, type JsonObject, readObject, readText, readTexts } from './fields.ts';

/** How long an ADD waits for a new block unless `waitMs` says otherwise. */
const defaultWaitMs = 5_000;
const maxWaitMs = 120_000;

/** One route of the answer, as the configuration has it. */
export interface Route {
  readonly family: 4 | 6;
  readonly fields: JsonObject;
}

export interface IpamConfig {
  /** One address of each, in this order. */
  readonly pools: readonly string[];
  readonly routes: readonly Route[];
  readonly dns: JsonObject;
  /** Replaces the gateway of its family, or `none`. */
  readonly gateway: Address | 'none' | undefined;
  readonly waitMs: number;
  readonly excluded: readonly Prefix[];
  /** Requested addresses, as they were written. */
  readonly requested: readonly string[];
}

/** All keys of `ipam` that ADD needs. */
export function readIpam(port: Port, config: JsonObject): CniResult<IpamConfig> {
  const ipam = readObject(config.ipam, 'ipam');
  if (!ipam.ok) return ipam;
  const pools = readPools(ipam.value.pools);
  if (!pools.ok) return pools;
  const routes = readRoutes(ipam.value.routes);
  if (!routes.ok) return routes;
  const dns = readObject(ipam.value.dns, 'ipam.dns');
  if (!dns.ok) return dns;
  const gateway = readGateway(ipam.value.gateway);
  if (!gateway.ok) return gateway;
  const waitMs = ipam.value.waitMs ?? defaultWaitMs;
  if (!Number.isInteger(waitMs) || Number(waitMs) < 0 || Number(waitMs) > maxWaitMs)
    return badField('ipam.waitMs', `a whole number of milliseconds from 0 to ${maxWaitMs}`);
  const excluded = readExcluded(ipam.value.exclude);
  if (!excluded.ok) return excluded;
  const requested = readRequested(port, config);
  if (!requested.ok) return requested;
  return ok({
    pools: pools.value,
    routes: routes.value,
    dns: dns.value,
    gateway: gateway.value,
    waitMs: Number(waitMs),
    excluded: excluded.value,
    requested: requested.value,
  });
}

function readPools(value: unknown): CniResult<readonly string[]> {
  const texts = readTexts(value, 'ipam.pools');
  if (!texts.ok) return texts;
  const pools = texts.value ?? ['default'];
  const sound = pools.length > 0 && pools.every(isPoolName) && new Set(pools).size === pools.length;
  return sound ? ok(pools) : badField('ipam.pools', 'a list of different pool names, at least one');
}

function readRoutes(value: unknown): CniResult<readonly Route[]> {
  if (value === undefined || value === null) return ok([]);
  if (!Array.isArray(value)) return badField('ipam.routes', 'a list');
  const routes: Route[] = [];
  for (const [at, fields] of value.entries()) {
    const field = `ipam.routes[${at}]`;
    if (!isObject(fields) || typeof fields.dst !== 'string')
      return badField(field, 'an object with "dst"');
    const dst = parsePrefix(fields.dst);
    if (!dst.ok) return cniError('config', `${field}.dst is not valid`, dst.error.message);
    const gw = fields.gw === undefined ? undefined : parseAddress(String(fields.gw));
    if (gw?.ok === false) return cniError('config', `${field}.gw is not valid`, gw.error.message);
    routes.push({ family: dst.value.family, fields });
  }
  return ok(routes);
}

function readGateway(value: unknown): CniResult<Address | 'none' | undefined> {
  const text = readText(value, 'ipam.gateway');
  if (!text.ok) return text;
  if (text.value === undefined) return ok(undefined);
  if (text.value === 'none') return ok('none');
  const parsed = parseAddress(text.value);
  return parsed.ok ? parsed : cniError('config', 'ipam.gateway is not valid', parsed.error.message);
}

function readExcluded(value: unknown): CniResult<readonly Prefix[]> {
  const texts = readTexts(value, 'ipam.exclude');
  if (!texts.ok) return texts;
  const parsed = parseExcluded(texts.value ?? []);
  return parsed.ok ? parsed : cniError('config', 'ipam.exclude is not valid', parsed.error.message);
}

/** `CNI_ARGS` counts only where `args` does not say the same: CNI conventions, "args in network config". */
function readRequested(port: Port, config: JsonObject): CniResult<readonly string[]> {
  const runtime = readObject(config.runtimeConfig, 'runtimeConfig');
  if (!runtime.ok) return runtime;
  const args = readObject(config.args, 'args');
  if (!args.ok) return args;
  const cni = readObject(args.value.cni, 'args.cni');
  if (!cni.ok) return cni;
  const byRuntime = readTexts(runtime.value.ips, 'runtimeConfig.ips');
  if (!byRuntime.ok) return byRuntime;
  const byArgs = readTexts(cni.value.ips, 'args.cni.ips');
  if (!byArgs.ok) return byArgs;
  const byEnvironment = byArgs.value ?? readCniArgs(port.env('CNI_ARGS') ?? '');
  if (byEnvironment === undefined) {
    const details = 'it must be a list like KEY=VALUE;KEY=VALUE';
    return cniError('environment', 'CNI_ARGS is not valid', details);
  }
  return ok([...(byRuntime.value ?? []), ...byEnvironment]);
}

/** The addresses of `IP=` in `CNI_ARGS`; undefined when it is malformed. Other keys are not ours. */
function readCniArgs(text: string): readonly string[] | undefined {
  const found: string[] = [];
  for (const pair of text.split(';').filter((part) => part !== '')) {
    const at = pair.indexOf('=');
    if (at < 1) return undefined;
    if (pair.slice(0, at) === 'IP') found.push(...pair.slice(at + 1).split(','));
  }
  return found.filter((address) => address !== '');
}
