/** `agent.json`: the agent's heartbeat, and what it has to tell to a plugin that found nothing. */
import { ok, type Result } from '../result.ts';
import { agentPath, layoutVersion } from './layout.ts';
import { type FileRefusal, parseLayoutFile } from './poolFile.ts';
import type { FileErrorCode, Files } from './types.ts';

/** The file, field by field. */
export interface AgentFile {
  readonly layout: number;
  /** Peer id and name of this node. */
  readonly member: string;
  readonly name: string;
  readonly bootId: string;
  /** Heartbeat: `/proc/uptime` when this was written, in seconds. Comparable within one boot only. */
  readonly uptimeSeconds: number;
  readonly ready: boolean;
  /** True once the agent was ready on this boot. */
  readonly wasReady: boolean;
  /** Why it is not ready, or what it waits for, in words. */
  readonly reasons: readonly string[];
  /**
   * How long blocks of a forgotten member rest before others use them. Milliseconds. A plugin that has
   * not heard its agent for half of that gives no new addresses.
   */
  readonly forgetRestMs: number;
  /** By pool name. `reason`: why there is no free block now, such as who was asked and has how much. */
  readonly pools: Readonly<Record<string, { readonly reason?: string }>>;
}

/** At most so many bytes are read. */
export const maxAgentFileBytes = 65_536;

/** Replaces the file. */
export function writeAgentFile(
  files: Files,
  root: string,
  file: Omit<AgentFile, 'layout'>,
): FileErrorCode | undefined {
  return files.writeText(
    agentPath(root),
    `${JSON.stringify({ layout: layoutVersion, ...file })}\n`,
  );
}

/** The file, checked; or the errno; fields of the wrong type read as their empty values. */
export function readAgentFile(
  files: Files,
  root: string,
): Result<AgentFile, FileRefusal> | FileErrorCode {
  const read = files.readText(agentPath(root), maxAgentFileBytes);
  return typeof read === 'string' ? read : parseAgentFile(read.text);
}

/** Checks the text of an `agent.json`; fields of the wrong type read as their empty values. */
export function parseAgentFile(text: string): Result<AgentFile, FileRefusal> {
  const object = parseLayoutFile('agent.json', text);
  if (!object.ok) return object;
  const { member, name, bootId, uptimeSeconds, ready, wasReady, reasons, forgetRestMs, pools } =
    object.value;
  return ok({
    layout: layoutVersion,
    member: textOf(member),
    name: textOf(name),
    bootId: textOf(bootId),
    uptimeSeconds: numberOf(uptimeSeconds),
    ready: ready === true,
    wasReady: wasReady === true,
    reasons: Array.isArray(reasons) ? reasons.map(textOf) : [],
    forgetRestMs: numberOf(forgetRestMs),
    pools: poolsOf(pools),
  });
}

function poolsOf(value: unknown): AgentFile['pools'] {
  const pools: Record<string, { readonly reason?: string }> = {};
  if (typeof value !== 'object' || value === null) return pools;
  for (const [name, pool] of Object.entries(value)) {
    const reason = textOf((pool as { reason?: unknown } | null)?.reason);
    pools[name] = reason === '' ? {} : { reason };
  }
  return pools;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;
}
