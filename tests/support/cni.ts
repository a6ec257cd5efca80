// Calls CNI plugins as a container runtime does: one process per verb, the network's configuration on
// standard input, the answer on standard output.

import type { Prefix } from './agentProcess.ts';
import { run } from './run.ts';

/** Where plugins are: ours as built, those of Debian's containernetworking-plugins. */
export const debianPluginDir = '/usr/lib/cni';

/** One call. */
export interface CniCall {
  /** Absolute path of the plugin. */
  readonly plugin: string;
  readonly verb: 'ADD' | 'DEL' | 'CHECK' | 'VERSION' | 'GC' | 'STATUS';
  readonly config: Readonly<Record<string, unknown>>;
  readonly containerId: string;
  readonly ifname?: string;
  /** Path of the container's network namespace. */
  readonly netns?: string;
  /** `CNI_ARGS`. */
  readonly args?: string;
  /** Where a plugin looks for others. */
  readonly path?: string;
  /** Prepended to the command: enters the host's network namespace. */
  readonly prefix?: Prefix;
}

/** A plugin's answer. */
export interface CniAnswer {
  readonly ok: boolean;
  /** Parsed standard output; undefined when there was none. */
  readonly answer: CniResult | undefined;
  readonly stderr: string;
  readonly ms: number;
}

/** What tests read of a result or an error. */
export interface CniResult {
  readonly ips?: readonly { readonly address: string; readonly gateway?: string }[];
  readonly code?: number;
  readonly msg?: string;
  readonly details?: string;
}

/** Runs the plugin and reads its answer. Rejects when it cannot be run or answers no JSON. */
export async function callCni(call: CniCall): Promise<CniAnswer> {
  const [command = call.plugin, ...args] = [...(call.prefix ?? []), call.plugin];
  const ran = await run(command, args, {
    input: JSON.stringify(call.config),
    env: {
      CNI_COMMAND: call.verb,
      CNI_CONTAINERID: call.containerId,
      CNI_IFNAME: call.ifname ?? 'eth0',
      CNI_NETNS: call.netns ?? '/var/run/netns/none',
      CNI_PATH: call.path ?? debianPluginDir,
      ...(call.args === undefined ? {} : { CNI_ARGS: call.args }),
    },
  });
  const { stderr, ms } = ran;
  try {
    const answer = ran.stdout.trim() === '' ? undefined : JSON.parse(ran.stdout);
    return { ok: ran.code === 0, answer, stderr, ms };
  } catch {
    throw new Error(`${call.plugin} ${call.verb} answered no JSON: ${ran.stdout}\n${stderr}`);
  }
}

/** The first address of a successful ADD, without its prefix length. Throws what the plugin said otherwise. */
export function addressOf({ ok, answer, stderr }: CniAnswer): string {
  const address = answer?.ips?.[0]?.address.split('/')[0];
  if (ok && address !== undefined) return address;
  throw new Error(`ADD failed: ${JSON.stringify(answer)} ${stderr}`);
}
