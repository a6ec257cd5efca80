/**
 * One live node: the reducer in its shell, the database, the network, the run directory and the
 * routes. What was stored before something was sent or used stays true over crashes at any point.
 */
import { ok, type Result } from '@hedgerow/core';
import type { ClusterEvent } from '@hedgerow/core/cluster';
import { openState } from '../store/index.ts';
import { assemble, bytesOf, runBlock } from './assemble.ts';
import { checkNotLeft, onForgotten, onLeft } from './departures.ts';
import { greet, learnPeers, startOf } from './greet.ts';
import { agentHandle } from './handle.ts';
import { createOwnerHints } from './ownerHints.ts';
import type { Parts } from './parts.ts';
import { readinessOf, statusOf } from './reports.ts';
import type { ShellPorts } from './shell.ts';
import type { Agent, AgentOptions } from './types.ts';

/** Plugins learn of a change in what the agent waits for within this time. */
const tellDelayMs = 50;

/** Opens the state, starts everything and greets the cluster. A refusal leaves nothing running. */
export async function createAgent(options: AgentOptions): Promise<Result<Agent>> {
  const state = openState(options.stateDir);
  if (!state.ok) return state;
  const assembled = await assemble(options, state.value);
  if (!assembled.ok) {
    state.value.store.close();
    return assembled;
  }
  const parts = assembled.value;
  const able = checkNotLeft(parts);
  const start = able.ok ? startOf(parts) : able;
  if (!start.ok) {
    await stopParts(parts, start.error.message);
    return start;
  }
  const listening = await parts.transport.start();
  if (!listening.ok) {
    await stopParts(parts);
    return listening;
  }
  const telling = createTelling(parts);
  const hints = createOwnerHints(parts);
  for (const event of ['ownership', 'members'] as const) parts.events.on(event, hints.changed);
  parts.shell.connect(portsOf(parts, telling));
  hints.changed();
  greet(parts, start.value);
  return ok(
    agentHandle(parts, async () => {
      telling.stop();
      hints.stop();
      await stopParts(parts);
    }),
  );
}

function portsOf(parts: Parts, telling: Telling): ShellPorts {
  const { state, keeping, transport, runDirectory, log, events } = parts;
  return {
    persist: ({ register, update }) =>
      state.store.persist({
        ...(register === undefined ? {} : { register }),
        ...(update === undefined ? {} : { updates: [bytesOf(update)] }),
      }),
    persistAcceptor: (record) => {
      const stored = state.store.persistAcceptor(record);
      if (!stored.ok) log.warn({ owner: record.owner }, stored.error.message);
      return stored;
    },
    keep: (update) => keeping.keep(bytesOf(update)),
    send: (to, message) => transport.send(to, message),
    gossip: (update) => transport.gossip(bytesOf(update)),
    block: (effect) => runBlock(runDirectory, effect),
    event: (event) => {
      // Its blocks are closed by now: whoever finds nothing free is told why from the first moment on.
      if (event.type === 'alarm') telling.now();
      onEvent(parts, event);
    },
    idle: telling.soon,
    fail: (error) => {
      log.error({ error: error.stack }, 'the agent found its own state broken and stopped');
      events.emit('failed', error);
    },
  };
}

function onEvent(parts: Parts, event: ClusterEvent): void {
  const { events, log, routes } = parts;
  switch (event.type) {
    case 'ownership':
      events.emit('ownership', event.records);
      routes?.update();
      return;
    case 'members':
      events.emit('members', event.members);
      learnPeers(parts);
      routes?.update();
      return;
    case 'alarm':
      log.error({ code: event.alarm.code }, event.alarm.message);
      events.emit('alarm', event.alarm);
      return;
    case 'forgotten':
      return onForgotten(parts, event);
    case 'left':
      return onLeft(parts);
    default:
      return;
  }
}

/** Keeps agent.json true: plugins read there why nothing is free. */
interface Telling {
  /** Before anything else is done. */
  readonly now: () => void;
  /** A moment later, with all that comes until then. */
  readonly soon: () => void;
  readonly stop: () => void;
}

/** What it tells. It also sees to it that nobody who is gone is dialled. */
function createTelling(parts: Parts): Telling {
  let timer: NodeJS.Timeout | undefined;
  let gone = 0;
  function tell(): void {
    clearTimeout(timer);
    timer = undefined;
    const { members, registers } = parts.env.replica;
    const goneNow = [...members.keys()].filter((member) => registers.isGone(member)).length;
    if (goneNow !== gone) learnPeers(parts);
    gone = goneNow;
    parts.runDirectory.setReadiness(readinessOf(parts, statusOf(parts)));
  }
  return {
    now: tell,
    soon: () => {
      timer ??= setTimeout(tell, tellDelayMs);
    },
    stop: () => clearTimeout(timer),
  };
}

/** `why`: what plugins that find nothing tell then. */
async function stopParts(parts: Parts, why?: string): Promise<void> {
  const { shell, transport, routes, runDirectory, keeping, state } = parts;
  // Guardians that are told need not wait until they believe the next start.
  shell.dispatch({ type: 'stopping' });
  shell.stop();
  runDirectory.stop(why);
  await routes?.stop();
  await transport.stop();
  keeping.stop();
  state.store.close();
}
