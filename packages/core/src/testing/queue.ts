/** What happens when: a binary heap, first by time, then in the order of insertion. */

interface Slot<T> {
  readonly atMs: number;
  readonly order: number;
  readonly item: T;
}

/** Events in the order of virtual time. Equal times keep the order in which they were put in. */
export class EventQueue<T> {
  private readonly heap: Slot<T>[] = [];
  private order = 0;

  get size(): number {
    return this.heap.length;
  }

  /** Time of the next event; infinite when there is none. */
  get nextMs(): number {
    return this.heap[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  push(atMs: number, item: T): void {
    const { heap } = this;
    const slot = { atMs, order: this.order++, item };
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Slot<T>;
      if (!isBefore(slot, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = slot;
  }

  pop(): T | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (heap.length > 0) this.sink(last);
    return first.item;
  }

  private sink(slot: Slot<T>): void {
    const { heap } = this;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      const other = heap[child + 1];
      if (other !== undefined && isBefore(other, heap[child] as Slot<T>)) child += 1;
      const below = heap[child] as Slot<T>;
      if (isBefore(slot, below)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = slot;
  }
}

function isBefore<T>(one: Slot<T>, other: Slot<T>): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
