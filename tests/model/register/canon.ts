// Plain data as text, the same for equal data, and for data that differ only in the names of guardians
// once those are mapped onto each other.

/** A table of texts with small numbers for them. */
export class Texts {
  private readonly ids = new Map<string, number>();
  readonly all: string[] = [];

  id(text: string): number {
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.all.length;
      this.ids.set(text, id);
      this.all.push(text);
    }
    return id;
  }
}

/** Sorted lists of numbers, numbered. */
export class Lists {
  private readonly ids = new Map<string, number>();
  private readonly all: (readonly number[])[] = [];

  id(list: readonly number[]): number {
    const key = list.join(' ');
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.all.length;
      this.ids.set(key, id);
      this.all.push(list);
    }
    return id;
  }

  of(id: number): readonly number[] {
    return this.all[id] as readonly number[];
  }
}

const same = (text: string): string => text;

/** One text for equal data. Lists of guardians, votes and names count as sets: the code under test ignores their order. */
export function canon(value: unknown, rename: (text: string) => string = same): string {
  if (typeof value === 'string') return JSON.stringify(rename(value));
  if (value === undefined || value === null || typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return `<${value.join(' ')}>`;
  if (Array.isArray(value)) {
    const items = value.map((each) => canon(each, rename));
    return `[${isSet(value) ? items.sort() : items}]`;
  }
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([key, field]) => `${rename(key)}:${canon(field, rename)}`);
  return `{${fields.sort()}}`;
}

function isSet(items: readonly unknown[]): boolean {
  return items.every(
    (each) =>
      typeof each === 'string' ||
      (typeof each === 'object' && each !== null && ('store' in each || 'guardian' in each)),
  );
}
