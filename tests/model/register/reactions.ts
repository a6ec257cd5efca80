// What each part does with each input, worked out once by the real code and remembered as numbers.
import type { Goal, ProposerOutcome } from '@hedgerow/core/register';
import {
  atKeeper,
  atLife,
  begin,
  type Keeper,
  type Life,
  type Model,
  Parts,
  type Post,
  type Reaction,
} from './model.ts';
import type { Letter } from './toy.ts';

/** A reaction in numbers. */
export interface Reacted {
  readonly part: number;
  readonly posts: readonly number[];
  readonly outcome: ProposerOutcome<string> | undefined;
}

type Memo = Map<number, readonly Reacted[]>;

/** Messages are fewer than this in every model. */
const maxPosts = 2 ** 20;

export class Reactions {
  readonly keepers: Parts<Keeper> = new Parts();
  readonly lives: Parts<Life> = new Parts();
  readonly posts: Parts<Post> = new Parts();
  private readonly model: Model;
  private readonly arrivals: Memo = new Map();
  private readonly hearings: Memo = new Map();
  private readonly beginnings: Memo = new Map();
  private readonly timeouts: Memo = new Map();

  constructor(model: Model) {
    this.model = model;
  }

  /** A message arrives at a guardian. */
  atKeeper(id: number, post: number): readonly Reacted[] {
    return this.react(this.arrivals, id * maxPosts + post, this.keepers, () =>
      atKeeper(this.model, this.keepers.of(id), this.posts.of(post)),
    );
  }

  /** A message arrives at a proposer. */
  atLife(id: number, post: number): readonly Reacted[] {
    return this.react(this.hearings, id * maxPosts + post, this.lives, () => [
      atLife(this.model, this.lives.of(id), this.posts.of(post)),
    ]);
  }

  /** A proposer turns to a goal. */
  begin(id: number, goal: Goal<Letter>): readonly Reacted[] {
    return this.react(this.beginnings, id, this.lives, () => [
      begin(this.model, this.lives.of(id), goal),
    ]);
  }

  /** A proposer has waited long enough. */
  timeout(id: number): readonly Reacted[] {
    return this.react(this.timeouts, id, this.lives, () => [
      atLife(this.model, this.lives.of(id), undefined),
    ]);
  }

  private react<T>(
    memo: Memo,
    key: number,
    parts: Parts<T>,
    work: () => readonly Reaction<T>[],
  ): readonly Reacted[] {
    let known = memo.get(key);
    if (known === undefined) {
      known = work().map(({ part, posts, outcome }) => ({
        part: parts.id(part),
        posts: posts.map((post) => this.posts.id(post)),
        outcome,
      }));
      memo.set(key, known);
    }
    return known;
  }
}
