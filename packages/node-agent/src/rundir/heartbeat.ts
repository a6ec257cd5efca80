/** Keeps agent.json fresh: a heartbeat, and what a plugin that found nothing tells its caller. */
import {
  type AgentFile,
  agentPath,
  type FileError,
  type Files,
  readAgentFile,
  writeAgentFile,
} from '@hedgerow/core/claims';

/** What the agent has to say now. */
export interface Readiness {
  readonly ready: boolean;
  /** Why not, or what it waits for. */
  readonly reasons: readonly string[];
  /** By pool: why no block is free, for instance who was asked and has how much. */
  readonly pools: AgentFile['pools'];
}

/** The writer of agent.json. */
export interface Heartbeat {
  /** Says something new; written at once when it differs. */
  set(readiness: Readiness): void;
  /** Writes when the last one is old enough, or gone. */
  beat(): void;
  /** The last word: not ready, and why for good, if there is more to say than that the agent is stopped. */
  stop(why?: string): void;
  /** Why the file could not be written, if so. */
  readonly failure: FileError;
}

/** What stays the same in every heartbeat. */
export type HeartbeatIdentity = Pick<AgentFile, 'member' | 'name' | 'bootId' | 'forgetRestMs'>;

const beatSeconds = 10;
/** Plugins stop at half the rest without a heartbeat: so many fit into that. */
const beatsInHalfRest = 4;

/** Starts with a first heartbeat: not ready. */
export function createHeartbeat(
  files: Files,
  root: string,
  identity: HeartbeatIdentity,
  uptimeSeconds: () => number,
): Heartbeat {
  let readiness: Readiness = { ready: false, reasons: ['the agent is starting'], pools: {} };
  let wasReady = wasReadyBefore(files, root, identity);
  let writtenAt = Number.NEGATIVE_INFINITY;
  const { forgetRestMs } = identity;
  const boundSeconds = forgetRestMs / 2000 / beatsInHalfRest;
  const everySeconds = forgetRestMs === 0 ? beatSeconds : Math.min(beatSeconds, boundSeconds);
  let failure: FileError;

  function write(): void {
    wasReady ||= readiness.ready;
    const now = uptimeSeconds();
    failure = writeAgentFile(files, root, {
      ...identity,
      ...readiness,
      uptimeSeconds: now,
      wasReady,
    });
    if (failure === undefined) writtenAt = now;
  }
  write();
  return {
    set(next) {
      if (JSON.stringify(next) === JSON.stringify(readiness)) return;
      readiness = next;
      write();
    },
    beat() {
      const isGone = files.lstat(agentPath(root)) === 'ENOENT';
      if (isGone || uptimeSeconds() - writtenAt >= everySeconds) write();
    },
    stop(why) {
      readiness = { ...readiness, ready: false, reasons: [why ?? 'the agent is stopped'] };
      write();
    },
    get failure() {
      return failure;
    },
  };
}

/** A restart of the agent on the same boot does not make a node that served unready again. */
function wasReadyBefore(
  files: Files,
  root: string,
  { member, bootId }: HeartbeatIdentity,
): boolean {
  const before = readAgentFile(files, root);
  if (typeof before === 'string' || !before.ok) return false;
  const { value } = before;
  return value.wasReady && value.member === member && value.bootId === bootId;
}
