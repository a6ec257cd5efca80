/** Builds the parts of an agent and connects them: inputs go into the shell, effects come out. */
import { EventEmitter } from 'node:events';
import { hostname } from 'node:os';
import { ok, type Result } from '@hedgerow/core';
import { defaultRestMs, defaultRunDir, type RunPlace, runPlace } from '@hedgerow/core/claims';
import { createNode, type Effect, type Env } from '@hedgerow/core/cluster';
import { type Genesis, genesisRecords } from '@hedgerow/core/membership';
import { createLedger, createYjsReplica, type Update } from '@hedgerow/core/replica';
import { signerOf, verify } from '../keys/index.ts';
import { createRoutes, desiredRoutes, type RouteProblem, type Routes } from '../routes/index.ts';
import { createRunDirectory, nodeFiles, type RunDirectory, readBootId } from '../rundir/index.ts';
import type { State } from '../store/index.ts';
import { createTransport, type Transport } from '../transport/index.ts';
import { storedGenesis } from './birth.ts';
import { createKeeping } from './keeping.ts';
import { type Log, silent } from './log.ts';
import { noDepartures, type Parts } from './parts.ts';
import { Shell } from './shell.ts';
import type { AgentEvents, AgentOptions } from './types.ts';

/** All parts over an open state. The shell is not connected yet: nothing happens. */
export async function assemble(options: AgentOptions, state: State): Promise<Result<Parts>> {
  const { store, key } = state;
  const log = options.log ?? silent;
  const name = options.name || hostname();
  const genesis = storedGenesis(store.identity.genesis, store.identity.network);
  const env = createEnv(state, genesis, log);
  if (!env.ok) return env;
  const register = store.loadRegister();
  if (!register.ok) return register;
  const tuning = options.tuning ?? {};
  const node = createNode({
    member: key.member,
    genesis,
    register: register.value,
    store: store.storeId,
    tuning,
  });
  const shell = new Shell(node, env.value);
  const bootId = options.bootId ?? readBootId();
  const runDirectory = createRunDirectory({
    runDir: options.runDir ?? defaultRunDir,
    files: nodeFiles,
    notes: store,
    member: key.member,
    name,
    pools: genesis.pools,
    restMs: restMsOf(options),
    forgetRestMs: node.tuning.restMs,
    bootId,
    collectsLeaks: options.leakCollection !== 'off',
    onEvent: (event) => shell.dispatch(event),
  });
  if (!runDirectory.ok) return runDirectory;
  const parts: Parts = {
    options,
    log,
    name,
    genesis,
    state,
    register: register.value,
    env: env.value,
    shell,
    transport: await openTransport(options, state, shell, log),
    runDirectory: runDirectory.value,
    routes: openRoutes(options, state, env.value, (problems) => {
      parts.routeProblems = problems;
    }),
    keeping: createKeeping(store, log),
    events: new EventEmitter<AgentEvents>(),
    bootId,
    departures: noDepartures(),
    routeProblems: [],
  };
  return ok(parts);
}

/** The place of this boot in the run directory. */
export function placeOf({ options, bootId }: Pick<Parts, 'options' | 'bootId'>): RunPlace {
  const place = runPlace(options.runDir ?? defaultRunDir, bootId);
  if (place === undefined) throw new Error('the agent runs without a boot id');
  return place;
}

/** How long a freed address rests. Milliseconds. */
export function restMsOf(options: AgentOptions): number {
  return options.restMs ?? defaultRestMs;
}

function createEnv(state: State, genesis: Genesis, log: Log): Result<Env> {
  const { store, key } = state;
  const { network } = store.identity;
  const { authorities } = genesis;
  const ledger = createLedger({ network, roots: genesisRecords(genesis), verify, authorities });
  const signer = signerOf(key);
  const replica = createYjsReplica({ network, signer, storeId: store.storeId, verify, ledger });
  const updates = store.loadUpdates();
  if (!updates.ok) return updates;
  for (const problem of replica.load(updates.value).problems) {
    log.warn({ problem }, 'a stored update could not be used; the others will send it again');
  }
  if (store.worthCompacting()) {
    const compacted = store.compact([...replica.snapshot()]);
    if (!compacted.ok) log.warn({ problem: compacted.error.message }, 'could not compact');
  }
  return ok({
    get nowMs() {
      return performance.now();
    },
    random: Math.random,
    signer,
    verify,
    replica,
  });
}

/** Updates on the wire and on disk are bytes; the plain kind exists in simulations only. */
export function bytesOf(update: Update): Uint8Array {
  if (update instanceof Uint8Array) return update;
  throw new Error('a plain update in a live agent');
}

function openTransport(
  options: AgentOptions,
  { store, key }: State,
  shell: Shell,
  log: Log,
): Promise<Transport> {
  const { psk, network, genesis, bootstrap } = store.identity;
  const advertise = options.advertise ?? [];
  return createTransport({
    key,
    psk,
    network,
    genesis,
    listen: options.listen ?? ['/ip4/0.0.0.0/tcp/4710'],
    advertise,
    bootstrap: [...bootstrap, ...(options.peers ?? [])],
    log: (level, text, data) => log[level](data ?? {}, text),
    handlers: {
      onConnected: (peer) => shell.dispatch({ type: 'connected', peer }),
      onDisconnected: (peer) => shell.dispatch({ type: 'disconnected', peer }),
      onMessage: (from, message) => shell.dispatch({ type: 'message', from, message }),
      checkGossip: (from, update) => (shell.offer(update, from) ? 'accept' : 'reject'),
      // The check gave it to the reducer already: signatures are verified once.
      onGossip: () => {},
    },
  });
}

function openRoutes(
  options: AgentOptions,
  { key }: State,
  { replica }: Env,
  onProblems: (problems: readonly RouteProblem[]) => void,
): Routes | undefined {
  if (options.routes !== 'host-gw') return undefined;
  return createRoutes({
    desired: () => desiredRoutes(replica.view, replica.members, key.member),
    onProblems,
  });
}

/** Carries out what an effect wants of the run directory. */
export function runBlock(
  runDirectory: RunDirectory,
  effect: Extract<Effect, { pool: string }>,
): void {
  if (effect.type === 'publishBlock') runDirectory.publish(effect);
  else if (effect.type === 'withdrawBlock') runDirectory.withdraw(effect);
  else runDirectory.close(effect);
}
