/**
 * The shell around the reducer: feeds it inputs one at a time and carries its effects out in order.
 *
 * Guarantees: an input that arrives while another is worked on waits for its turn; what was to be made
 * durable is answered before anything else happens; a broken invariant stops the node for good.
 */
import type { Result } from '@hedgerow/core';
import type { ClusterEvent, Effect, Env, Input, Message, NodeState } from '@hedgerow/core/cluster';
import { step } from '@hedgerow/core/cluster';
import type { Estate } from '@hedgerow/core/estate';
import type { MemberId } from '@hedgerow/core/membership';
import type { AcceptorRecord, Versioned } from '@hedgerow/core/register';
import type { Update } from '@hedgerow/core/replica';

/** The world as effects need it. */
export interface ShellPorts {
  /** One durable transaction, now. A refusal changed nothing. */
  persist(write: { readonly register?: Versioned; readonly update?: Update }): Result<void>;
  /** One register that is kept for its owner, durable when this returns. A refusal changed nothing. */
  persistAcceptor(record: AcceptorRecord<Estate>): Result<void>;
  /** Store when convenient. */
  keep(update: Update): void;
  send(to: MemberId, message: Message): void;
  gossip(update: Update): void;
  /** Blocks of the run directory. */
  block(effect: Extract<Effect, { pool: string }>): void;
  event(event: ClusterEvent): void;
  /** Everything that had arrived was worked on. */
  idle(): void;
  /** Our own code is wrong: the node must stop. */
  fail(error: Error): void;
}

export class Shell {
  readonly state: NodeState;
  readonly #env: Env;
  #ports: ShellPorts | undefined;
  readonly #inputs: Input[] = [];
  /** What the effects of this step answer: goes before everything that arrived meanwhile. */
  readonly #answers: Input[] = [];
  #isRunning = false;
  #isStopped = false;
  #isRejected = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(state: NodeState, env: Env) {
    this.state = state;
    this.#env = env;
  }

  /** Connects the world. Inputs that came before have waited for it. */
  connect(ports: ShellPorts): void {
    this.#ports = ports;
    this.#work();
  }

  dispatch(input: Input): void {
    this.#inputs.push(input);
    this.#work();
  }

  /** Gives gossip to the reducer; false when it was hostile and must not be passed on. */
  offer(update: Update, from: MemberId): boolean {
    this.#isRejected = false;
    this.dispatch({ type: 'gossip', update, from });
    return !this.#isRejected;
  }

  /** No input has any effect from now on. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #work(): void {
    const ports = this.#ports;
    if (ports === undefined || this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        for (const effect of step(this.state, next, this.#env).effects) this.#run(effect, ports);
        this.#inputs.unshift(...this.#answers.splice(0));
        if (this.#isStopped) return;
      }
      ports.idle();
    } catch (error) {
      this.stop();
      ports.fail(error as Error);
    } finally {
      this.#isRunning = false;
    }
  }

  #run(effect: Effect, ports: ShellPorts): void {
    switch (effect.type) {
      case 'persist':
        this.#answers.push(persist(effect, ports));
        return;
      case 'persistAcceptor':
        this.#answers.push(persistAcceptor(effect.record, ports));
        return;
      case 'keep':
        return ports.keep(effect.update);
      case 'send':
        return ports.send(effect.to, effect.message);
      case 'gossip':
        return ports.gossip(effect.update);
      case 'reject':
        this.#isRejected = true;
        return;
      case 'wake':
        return this.#wake(effect.atMs);
      case 'event':
        return ports.event(effect.event);
      default:
        return ports.block(effect);
    }
  }

  #wake(atMs: number): void {
    clearTimeout(this.#timer);
    const delayMs = Math.min(Math.max(0, atMs - this.#env.nowMs), 2 ** 31 - 1);
    this.#timer = setTimeout(() => this.dispatch({ type: 'tick' }), delayMs);
  }
}

function persist(effect: Extract<Effect, { type: 'persist' }>, ports: ShellPorts): Input {
  const stored = ports.persist(effect);
  const { write } = effect;
  return stored.ok
    ? { type: 'persisted', write }
    : { type: 'persistFailed', write, reason: stored.error.message };
}

function persistAcceptor(record: AcceptorRecord<Estate>, ports: ShellPorts): Input {
  const stored = ports.persistAcceptor(record);
  const { owner, set } = record;
  const type = stored.ok ? 'acceptorPersisted' : 'acceptorPersistFailed';
  return { type, owner, epoch: set.epoch };
}
