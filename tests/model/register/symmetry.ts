// One key for all states that differ only in the names of guardians.
//
// Guardians with the same role are ordered by what can be told of them without names. Any order gives a
// sound key, because the key is the whole state under a renaming; a good order gives fewer keys.
import { canon, Texts } from './canon.ts';
import type { Model } from './model.ts';
import type { Moves } from './moves.ts';
import type { State } from './state.ts';

export class Symmetry {
  private readonly moves: Moves;
  private readonly classes: readonly (readonly number[])[];
  private readonly texts = new Texts();
  private readonly orders = new Texts();
  /** By kind of part, then by guardian or order, then by part. */
  private readonly looks: Memo = { k: [], l: [], p: [] };
  private readonly renamed: Memo = { k: [], l: [], p: [] };

  constructor(moves: Moves) {
    this.moves = moves;
    this.classes = rolesOf(moves.model, moves.names);
  }

  /** Equal for two states exactly when one is the other with guardians renamed as this found them. */
  key(state: State): string {
    const order: number[] = [];
    for (const role of this.classes) {
      if (role.length === 1) order.push(role[0] as number);
      else order.push(...this.sorted(state, role));
    }
    const { lives, saved, network, rollbacks } = this.moves.places;
    const under = this.orders.id(order.join(' '));
    const key: number[] = [];
    for (const keeper of order) {
      key.push(this.rename('k', state[keeper] as number, under, order));
      const old = state[saved + keeper] as number;
      key.push(old === 0 ? -1 : this.rename('k', old - 1, under, order));
    }
    for (let place = lives; place < saved; place += 1) {
      key.push(this.rename('l', state[place] as number, under, order));
    }
    const posts = this.moves.networks
      .of(state[network] as number)
      .map((post) => this.rename('p', post, under, order));
    return `${[...key, ...state.slice(rollbacks)].join(' ')}:${posts.sort((a, b) => a - b).join(' ')}`;
  }

  /** Guardians of one role by their looks: first by their disks, then, where those are alike, by all else. */
  private sorted(state: State, role: readonly number[]): readonly number[] {
    const looks = role.map((keeper) => {
      const old = state[this.moves.places.saved + keeper] as number;
      const disk = this.lookOf('k', state[keeper] as number, keeper);
      return { keeper, disk, old: old === 0 ? -1 : this.lookOf('k', old - 1, keeper), all: '' };
    });
    for (const look of looks) {
      const isAlike = looks.some(
        (each) => each !== look && each.disk === look.disk && each.old === look.old,
      );
      if (isAlike) look.all = this.look(state, look.keeper);
    }
    looks.sort((a, b) => {
      if (a.disk !== b.disk) return a.disk - b.disk;
      if (a.old !== b.old) return a.old - b.old;
      if (a.all !== b.all) return a.all < b.all ? -1 : 1;
      return a.keeper - b.keeper;
    });
    return looks.map(({ keeper }) => keeper);
  }

  /** What one guardian looks like to the others when its own name is `me` and all others' are the same. */
  private look(state: State, keeper: number): string {
    const { lives, saved, network } = this.moves.places;
    const looks: number[] = [];
    for (let place = lives; place < saved; place += 1) {
      looks.push(this.lookOf('l', state[place] as number, keeper));
    }
    const posts = this.moves.networks
      .of(state[network] as number)
      .map((post) => this.lookOf('p', post, keeper));
    return [...looks, -2, ...posts.sort((a, b) => a - b)].join(' ');
  }

  private lookOf(kind: Kind, id: number, keeper: number): number {
    this.looks[kind][keeper] ??= [];
    const memo = this.looks[kind][keeper] as number[];
    const known = memo[id];
    if (known !== undefined) return known;
    const own = this.moves.names[keeper];
    const look = this.texts.id(this.text(kind, id, (name) => (name === own ? 'me' : 'g')));
    memo[id] = look;
    return look;
  }

  private rename(kind: Kind, id: number, under: number, order: readonly number[]): number {
    this.renamed[kind][under] ??= [];
    const memo = this.renamed[kind][under] as number[];
    const known = memo[id];
    if (known !== undefined) return known;
    const { names } = this.moves;
    const slots = this.classes.flat();
    const map = new Map(order.map((from, index) => [names[from], names[slots[index] as number]]));
    const renamed = this.texts.id(this.text(kind, id, (name) => map.get(name) ?? name));
    memo[id] = renamed;
    return renamed;
  }

  private text(kind: Kind, id: number, rename: (name: string) => string): string {
    const { keepers, lives, posts } = this.moves;
    const part = kind === 'k' ? keepers.of(id) : kind === 'l' ? lives.of(id) : posts.of(id);
    return canon(part, (text) => text.replace(/\bg\d\b/g, rename));
  }
}

/** Keepers, lives, posts. */
type Kind = 'k' | 'l' | 'p';

type Memo = Readonly<Record<Kind, number[][]>>;

/** Guardians that are in the same sets may change places. */
function rolesOf(model: Model, names: readonly string[]): readonly (readonly number[])[] {
  const sets = [
    model.set,
    ...model.actors.flatMap(({ lives }) =>
      lives.flatMap((life) => life.flatMap((deed) => (typeof deed === 'string' ? [] : [deed]))),
    ),
  ];
  const roles = new Map<string, number[]>();
  for (const [index, name] of names.entries()) {
    const role = sets
      .map(({ members }) => Number(members.some(({ member }) => member === name)))
      .join('');
    roles.set(role, [...(roles.get(role) ?? []), index]);
  }
  return [...roles.values()];
}
