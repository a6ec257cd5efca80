/** The agent's notes on a run directory in short: in the database, and numbered in the directory, as the real ones are. */
import { type Disk, notesNumber } from './disk.ts';

/** What was done last with a block on this boot. */
export type Note = 'open' | 'closed' | 'draining' | 'removed';

/** Notes of one machine, over its boots and the starts of its agent. */
export class ModelNotes {
  private isLost = false;
  private readonly disk: Disk;
  private readonly machine: number;
  private boots = 1;
  /** Number of the last note as the directory has it, as this process has put it there, and as the database has it. */
  private inDirectory = 0;
  private shown = 0;
  private number = 0;
  private known = new Map<number, Note>();

  constructor(disk: Disk, machine: number) {
    this.disk = disk;
    this.machine = machine;
  }

  /** True when the directory was wiped since the first note of this boot. */
  get isDirectoryLost(): boolean {
    this.isLost ||= this.inDirectory !== this.shown;
    return this.isLost;
  }

  get(block: number): Note | undefined {
    return this.known.get(block);
  }

  /** False when the database refuses: nothing is noted. */
  set(block: number, note: Note): boolean {
    if (this.known.get(block) === note) return true;
    if (!this.isDirectoryLost) {
      this.inDirectory = this.number + 1;
      this.shown = this.number + 1;
    }
    if (!this.write(new Map(this.known).set(block, note), this.number + 1)) return false;
    this.known.set(block, note);
    this.number += 1;
    return true;
  }

  /** A new process: what is in place, by block, is believed where the database went back. */
  start(inPlace: ReadonlyMap<number, Note>): void {
    const noted = new Map<number, Note>();
    let inDatabase = 0;
    for (const [name, text] of this.disk.notes) {
      const [value = '', boot] = text.split(' ');
      if (boot !== this.boot) continue;
      if (name === notesNumber) inDatabase = Number(value);
      else noted.set(Number(name), value as Note);
    }
    this.isLost = this.inDirectory < inDatabase;
    this.number = Math.max(this.inDirectory, inDatabase);
    this.shown = this.number;
    this.known = noted;
    if (this.inDirectory <= inDatabase) return;
    this.known = new Map(inPlace);
    this.write(this.known, this.number);
  }

  /** The number is gone from the directory. */
  wipe(): void {
    this.inDirectory = 0;
  }

  reboot(): void {
    this.boots += 1;
    this.inDirectory = 0;
  }

  private get boot(): string {
    return `${this.machine}-${this.boots}`;
  }

  private write(known: ReadonlyMap<number, Note>, number: number): boolean {
    const texts = [...known].map(([block, note]) => [`${block}`, `${note} ${this.boot}`] as const);
    return this.disk.setNotes(new Map([...texts, [notesNumber, `${number} ${this.boot}`]]));
  }
}
