/** What a running agent is made of: all that its rooms share. */
import type { EventEmitter } from 'node:events';
import type { ClusterEvent, Env } from '@hedgerow/core/cluster';
import type { Genesis, MemberId } from '@hedgerow/core/membership';
import type { Versioned } from '@hedgerow/core/register';
import type { LeaveReport } from '../report/index.ts';
import type { RouteProblem, Routes } from '../routes/index.ts';
import type { RunDirectory } from '../rundir/index.ts';
import type { State } from '../store/index.ts';
import type { Transport } from '../transport/index.ts';
import type { Keeping } from './keeping.ts';
import type { Log } from './log.ts';
import type { Shell } from './shell.ts';
import type { AgentEvents, AgentOptions } from './types.ts';

/** The parts of an agent. */
export interface Parts {
  readonly options: AgentOptions;
  readonly log: Log;
  readonly name: string;
  readonly genesis: Genesis;
  readonly state: State;
  /** As the database had it. */
  readonly register: Versioned;
  readonly env: Env;
  readonly shell: Shell;
  readonly transport: Transport;
  readonly runDirectory: RunDirectory;
  readonly routes: Routes | undefined;
  readonly keeping: Keeping;
  readonly events: EventEmitter<AgentEvents>;
  readonly bootId: string;
  readonly departures: Departures;
  /** Why some prefixes have no route; replaced after each round. */
  routeProblems: readonly RouteProblem[];
}

/** How a `forget` ended. */
export type Forgotten = Extract<ClusterEvent, { type: 'forgotten' }>;

/** What became of them since the start of the agent. */
export interface Departures {
  /** By member; undefined while it runs. */
  readonly forgets: Map<MemberId, Forgotten | undefined>;
  own: LeaveReport['state'];
}

/** Nobody goes at first. */
export function noDepartures(): Departures {
  return { forgets: new Map(), own: 'no' };
}
