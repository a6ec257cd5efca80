// All that can happen next in a state, and what the checkers say to it.
import { Lists } from './canon.ts';
import { judgeOutcome, type Knowledge } from './checks.ts';
import {
  firstKeeper,
  type Keeper,
  type Life,
  type Model,
  newLife,
  nextGoal,
  Parts,
  type Post,
} from './model.ts';
import { type Reacted, Reactions } from './reactions.ts';
import { isImpatient, isSpent, type Move, type Places, type State } from './state.ts';
import { describeDeed, describeOutcome, describePost } from './story.ts';

export class Moves {
  readonly model: Model;
  readonly names: readonly string[];
  readonly places: Places;
  readonly start: State;
  readonly reactions: Reactions;
  readonly keepers: Parts<Keeper>;
  readonly lives: Parts<Life>;
  readonly posts: Parts<Post>;
  /** Sets of messages, as sorted lists of their numbers. */
  readonly networks: Lists = new Lists();
  readonly knowledge: Parts<Knowledge> = new Parts();
  private readonly births: readonly number[];

  constructor(model: Model) {
    this.model = model;
    this.reactions = new Reactions(model);
    ({ keepers: this.keepers, lives: this.lives, posts: this.posts } = this.reactions);
    this.names = [...model.set.members.map(({ member }) => member), ...(model.others ?? [])];
    const count = this.names.length;
    const lives = count;
    const saved = lives + model.actors.length;
    const network = saved + count;
    this.places = {
      keepers: 0,
      lives,
      saved,
      network,
      rollbacks: network + 1,
      reseeds: network + 2,
      knowledge: network + 3,
    };
    this.births = this.names.map((name) => this.keepers.id(firstKeeper(model, name)));
    const expected = model.actors.map(() => '');
    this.start = [
      ...this.births,
      ...model.actors.map((_, actor) => this.lives.id(newLife(model, actor, 0))),
      ...this.names.map(() => 0),
      this.networks.id([]),
      model.rollbacks ?? 0,
      model.reseeds ?? 0,
      this.knowledge.id({ learned: '', expected, denied: '' }),
    ];
  }

  /** Everything that can happen in a state. */
  from(state: State): readonly Move[] {
    const moves: Move[] = [];
    for (const post of this.networks.of(state[this.places.network] as number)) {
      this.deliver(state, post, moves);
    }
    for (let actor = 0; actor < this.model.actors.length; actor += 1) {
      this.act(state, actor, moves);
    }
    for (let keeper = 0; keeper < this.names.length; keeper += 1) {
      this.fault(state, keeper, moves);
    }
    return moves;
  }

  /**
   * An ask arrives at a guardian. Its answer is lost, or arrives at once: a late answer changes nothing but
   * when its proposer goes on, and what that sends can be late instead.
   */
  private deliver(state: State, postId: number, moves: Move[]): void {
    const post = this.posts.of(postId);
    const keeper = this.names.indexOf(post.to);
    const before = state[keeper] as number;
    for (const { part, posts } of this.reactions.atKeeper(before, postId)) {
      const kept = this.kept(state, keeper, part);
      if (part !== before && this.model.isLossless !== true) {
        const what = (): string => `${describePost(post)}; the answer is lost`;
        for (const each of kept) moves.push({ state: this.settled(each, []), what });
      }
      for (const answer of posts) {
        const what = (): string => `${describePost(post)}\n${describePost(this.posts.of(answer))}`;
        const actor = this.actorOf(this.posts.of(answer).to);
        const life = state[this.places.lives + actor] as number;
        for (const heard of this.reactions.atLife(life, answer)) {
          if (heard.part === life && heard.posts.length === 0) continue;
          for (const each of kept) this.live(each, actor, heard, what, moves);
        }
      }
    }
  }

  /** The guardian's new state on disk; perhaps with the old one kept for a rollback. */
  private kept(state: State, keeper: number, part: number): readonly State[] {
    const { saved, rollbacks } = this.places;
    const before = state[keeper] as number;
    const after = state.with(keeper, part);
    const left = state[rollbacks] as number;
    if (part === before || left === 0 || state[saved + keeper] !== 0) return [after];
    return [after, after.with(saved + keeper, before + 1).with(rollbacks, left - 1)];
  }

  private actorOf(member: string): number {
    return this.model.actors.findIndex((actor) => actor.member === member);
  }

  /** A proposer turns to its next deed, or crashes and starts again. */
  private act(state: State, actor: number, moves: Move[]): void {
    const place = this.places.lives + actor;
    const id = state[place] as number;
    const life = this.lives.of(id);
    const { member, lives } = this.model.actors[actor] as Model['actors'][number];
    const goal = nextGoal(this.model, life);
    if (life.state.goal === undefined && goal !== undefined) {
      const knowledge = this.knowledge.of(state[this.places.knowledge] as number);
      const expected = knowledge.expected.with(actor, knowledge.learned);
      const changed = this.knowledge.id({ ...knowledge, expected });
      const ready = state.with(this.places.knowledge, changed);
      const what = (): string => `${member} starts to ${describeDeed(goal)}`;
      for (const each of this.reactions.begin(id, goal)) {
        this.live(ready, actor, each, what, moves);
      }
    }
    if (isImpatient(life) && life.state.tries < (this.model.tries ?? 1)) {
      const what = (): string => `${member} has waited long enough`;
      for (const each of this.reactions.timeout(id)) {
        this.live(state, actor, each, what, moves);
      }
    }
    if (life.life + 1 < lives.length) {
      const fresh = this.lives.id(newLife(this.model, actor, life.life + 1));
      const after = this.settled(state.with(place, fresh), []);
      moves.push({ state: after, what: () => `${member} crashes and restarts` });
    }
  }

  private fault(state: State, keeper: number, moves: Move[]): void {
    const name = this.names[keeper] as string;
    const { saved, reseeds } = this.places;
    const old = state[saved + keeper] as number;
    if (old > 0 && old - 1 !== state[keeper]) {
      const after = this.settled(state.with(keeper, old - 1).with(saved + keeper, 0), []);
      moves.push({ state: after, what: () => `${name} is rolled back, and does not notice` });
    }
    const born = this.births[keeper] as number;
    if ((state[reseeds] as number) > 0 && state[keeper] !== born) {
      const left = (state[reseeds] as number) - 1;
      const after = this.settled(state.with(keeper, born).with(reseeds, left), []);
      moves.push({ state: after, what: () => `${name} loses its disk and is seeded again` });
    }
  }

  private live(
    state: State,
    actor: number,
    { part, posts, outcome }: Reacted,
    tell: () => string,
    moves: Move[],
  ): void {
    const life = this.lives.of(part);
    if (life.state.highest > this.model.counters) return;
    const changed = state.with(this.places.lives + actor, part);
    if (outcome === undefined) {
      moves.push({ state: this.settled(changed, posts), what: tell });
      return;
    }
    const knowledge = this.knowledge.of(state[this.places.knowledge] as number);
    const judged = judgeOutcome(this.model, knowledge, life, outcome);
    const after = this.settled(
      changed.with(this.places.knowledge, this.knowledge.id(judged.knowledge)),
      posts,
    );
    const what = (): string => `${tell()}\n${life.state.member} ${describeOutcome(outcome)}`;
    const { violation } = judged;
    moves.push(
      violation === undefined ? { state: after, what } : { state: after, what, violation },
    );
  }

  /** The state with more asks under way, and without those that can never do anything any more. */
  private settled(state: State, posts: readonly number[]): State {
    const { network } = this.places;
    const before = this.networks.of(state[network] as number);
    const all = posts.length === 0 ? before : [...new Set([...before, ...posts])];
    const alive = all.filter((post) => this.isLive(state, post)).sort((a, b) => a - b);
    return state.with(network, this.networks.id(alive));
  }

  /**
   * An ask is kept while it can change its guardian, now or later, or the answer can change the proposer. An
   * answer that changes nothing when it comes never will: its round is over, or has counted it.
   */
  private isLive(state: State, postId: number): boolean {
    const post = this.posts.of(postId);
    const keeper = this.names.indexOf(post.to);
    if (!('ask' in post.body)) return false;
    if (state[this.places.saved + keeper] !== 0 || state[this.places.reseeds] !== 0) return true;
    const before = state[keeper] as number;
    if (!isSpent(this.keepers.of(before), post.body.ask)) return true;
    const life = state[this.places.lives + this.actorOf(post.from)] as number;
    return this.reactions
      .atKeeper(before, postId)
      .some(
        ({ part, posts }) =>
          part !== before ||
          posts.some((answer) =>
            this.reactions
              .atLife(life, answer)
              .some((each) => each.part !== life || each.posts.length > 0),
          ),
      );
  }

  /** Plays choices from the start and tells them. */
  tell(choices: readonly number[]): readonly string[] {
    let state = this.start;
    return choices.flatMap((choice) => {
      const move = this.from(state)[choice] as Move;
      state = move.state;
      return move.what().split('\n');
    });
  }
}
