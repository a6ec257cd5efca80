/** What a valid configuration is. Keys are those of the file; `Config` is what the program reads. */

import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { defaultRunDir } from '@hedgerow/core/claims';
import { z } from 'zod';
import { parseDuration } from './duration.ts';

/** How much the agent says on stderr. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Whether the agent writes routes to remote prefixes into the kernel. */
export type RouteMode = 'none' | 'host-gw';

/** Whether the agent frees addresses of containers that are gone. */
export type LeakMode = 'on' | 'off';

/** All options, with defaults filled in. */
export interface Config {
  readonly state: string;
  readonly run: string;
  readonly logLevel: LogLevel;
  readonly json: boolean;
  /** Multiaddrs. */
  readonly listen: readonly string[];
  /** Multiaddrs; empty means: what we listen on. */
  readonly advertise: readonly string[];
  /** Empty means: the host name. */
  readonly name: string;
  readonly zone: string;
  /** Empty means: found from the interfaces. */
  readonly nodeAddress: readonly string[];
  /** Multiaddrs of members to dial beside the known ones. */
  readonly peer: readonly string[];
  readonly routes: RouteMode;
  readonly leakCollection: LeakMode;
  /** Listener for health checks, `host:port`. */
  readonly http: string | undefined;
  readonly tuning: TuningConfig;
}

/** What differs from the defaults. Times in milliseconds. */
export interface TuningConfig {
  readonly lowFree?: number;
  readonly highFree?: number;
  readonly reserveBlocks?: number;
  readonly heartbeatMs?: number;
  readonly reclaimMs?: number;
  readonly restMs?: number;
}

/** As core has them; a test holds them there. */
export const defaultHeartbeatMs = 60_000;
export const defaultReclaimMs = 3_600_000;
/** Heartbeats that must be missed before a silence is one: a lost message is no death. */
const minMissed = 3;

/** Agents look at their run directory once a second: a plugin must not take that for silence. */
const minRestMs = 4_000;

const multiaddrPattern = /^\/(ip4|ip6|dns|dns4|dns6)\/[^/\s]+\/tcp\/(\d{1,5})(\/p2p\/\w+)?$/;

/** `/ip4/192.0.2.1/tcp/4710` and the like: what the TCP transport can dial. */
function isMultiaddr(text: string): boolean {
  const match = multiaddrPattern.exec(text);
  if (match === null || Number(match[2]) > 65_535) return false;
  const host = text.split('/')[2] ?? '';
  if (match[1] === 'ip4') return isIP(host) === 4;
  if (match[1] === 'ip6') return isIP(host) === 6;
  return true;
}

const directory = z.string().refine(isAbsolute, 'must be an absolute path');
const multiaddr = z
  .string()
  .refine(isMultiaddr, 'must be a multiaddr such as /ip4/192.0.2.1/tcp/4710');
const address = z
  .string()
  .refine((text) => isIP(text) !== 0, 'must be an IP address without a prefix length');
const endpoint = z
  .string()
  .regex(/^(\[[0-9a-f:]+\]|[^\s:]+):\d{1,5}$/i, 'must be HOST:PORT, such as 127.0.0.1:9470');
const count = z.int().min(0).max(1_000_000);
/** Yields milliseconds. */
const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= 1000) return ms;
  context.addIssue('must be a number with s, m, h or d, from 1s');
  return z.NEVER;
});
const label = z.string().regex(/^[\w.-]{0,63}$/, 'must be letters, digits, ".", "_" or "-"');

const options = z.strictObject({
  state: directory.default('/var/lib/hedgerow'),
  run: directory.default(defaultRunDir),
  'log-level': z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  json: z.boolean().default(false),
  listen: z.array(multiaddr).min(1).default(['/ip4/0.0.0.0/tcp/4710']),
  advertise: z.array(multiaddr).default([]),
  name: label.default(''),
  zone: label.default(''),
  'node-address': z.array(address).default([]),
  peer: z.array(multiaddr).default([]),
  routes: z.enum(['none', 'host-gw']).default('none'),
  'leak-collection': z.enum(['on', 'off']).default('on'),
  http: endpoint.optional(),
  // With 0 a node would wait for a first wish before it takes its first block, and never be ready.
  'low-free': count.min(1).optional(),
  'high-free': count.optional(),
  'reserve-blocks': count.optional(),
  heartbeat: duration.optional(),
  'reclaim-delay': duration.optional(),
  rest: duration
    .refine(
      (ms) => ms >= minRestMs,
      `must be ${minRestMs / 1000}s or more: plugins stop when an agent was silent for half of it`,
    )
    .optional(),
});

/** The options by their file keys. Unknown keys are found before this is applied. */
export const fileSchema: z.ZodType<FileConfig> = options.superRefine((file, context) => {
  const { heartbeat = defaultHeartbeatMs, 'reclaim-delay': delay = defaultReclaimMs } = file;
  if (delay >= minMissed * heartbeat) return;
  context.addIssue({
    code: 'custom',
    path: [file['reclaim-delay'] === undefined ? 'heartbeat' : 'reclaim-delay'],
    message:
      `a reclaim delay of ${delay / 1000}s is less than ${minMissed} heartbeats of ` +
      `${heartbeat / 1000}s: lost messages would pass for a death`,
  });
});

/** What `fileSchema` yields. */
export interface FileConfig {
  readonly state: string;
  readonly run: string;
  readonly 'log-level': LogLevel;
  readonly json: boolean;
  readonly listen: readonly string[];
  readonly advertise: readonly string[];
  readonly name: string;
  readonly zone: string;
  readonly 'node-address': readonly string[];
  readonly peer: readonly string[];
  readonly routes: RouteMode;
  readonly 'leak-collection': LeakMode;
  readonly http?: string | undefined;
  readonly 'low-free'?: number | undefined;
  readonly 'high-free'?: number | undefined;
  readonly 'reserve-blocks'?: number | undefined;
  /** Milliseconds, as the two below. */
  readonly heartbeat?: number | undefined;
  readonly 'reclaim-delay'?: number | undefined;
  readonly rest?: number | undefined;
}

/** Renames the file's keys to the program's. */
export function toConfig(file: FileConfig): Config {
  return {
    state: file.state,
    run: file.run,
    logLevel: file['log-level'],
    json: file.json,
    listen: file.listen,
    advertise: file.advertise,
    name: file.name,
    zone: file.zone,
    nodeAddress: file['node-address'],
    peer: file.peer,
    routes: file.routes,
    leakCollection: file['leak-collection'],
    http: file.http,
    tuning: {
      ...(file['low-free'] === undefined ? {} : { lowFree: file['low-free'] }),
      ...(file['high-free'] === undefined ? {} : { highFree: file['high-free'] }),
      ...(file['reserve-blocks'] === undefined ? {} : { reserveBlocks: file['reserve-blocks'] }),
      ...(file.heartbeat === undefined ? {} : { heartbeatMs: file.heartbeat }),
      ...(file['reclaim-delay'] === undefined ? {} : { reclaimMs: file['reclaim-delay'] }),
      ...(file.rest === undefined ? {} : { restMs: file.rest }),
    },
  };
}
