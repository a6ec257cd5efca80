/**
 * The shell around the reducer: feeds it inputs one at a time and carries its effects out in order.
 *
 * Guarantees: an input that arrives while another is worked on waits for its turn; a `persist` is
 * answered before anything else happens; a broken invariant stops the node for good.
 */
import type { Result } from '@hedgerow/core';
import type { ClusterEvent, Effect, Env, Input, Message, NodeState } from '@hedgerow/core/cluster';
import { step } from '@hedgerow/core/cluster';
import type { MemberId } from '@hedgerow/core/membership';
import type { Versioned } from '@hedgerow/core/register';
import type { Update } from '@hedgerow/core/replica';

/** The world as effects need it. */
export interface ShellPorts {
  /** One durable transaction, now. A refusal changed nothing. */
  persist(write: { readonly register?: Versioned; readonly update?: Update }): Result<void>;
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
        return this.#persist(effect, ports);
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

  /** The answer goes before everything that arrived meanwhile. */
  #persist(effect: Extract<Effect, { type: 'persist' }>, ports: ShellPorts): void {
    const stored = ports.persist(effect);
    const { write } = effect;
    if (stored.ok) this.#inputs.unshift({ type: 'persisted', write });
    else this.#inputs.unshift({ type: 'persistFailed', write, reason: stored.error.message });
  }

  #wake(atMs: number): void {
    clearTimeout(this.#timer);
    const delayMs = Math.min(Math.max(0, atMs - this.#env.nowMs), 2 ** 31 - 1);
    this.#timer = setTimeout(() => this.dispatch({ type: 'tick' }), delayMs);
  }
}
