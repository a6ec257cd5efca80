/** What was really hit: faults by kind, and crashes by message, point and other fault around that time. */

/** Two faults belong together when they strike within this time of each other, milliseconds. */
const nearMs = 60_000;

/** Counts of one or many runs. */
export class Coverage {
  /** How often each fault struck. */
  readonly faults: Map<string, number> = new Map();
  /** Crashes by `what the write was for|point|another fault nearby`. */
  readonly crashes: Map<string, number> = new Map();
  private readonly lastMs = new Map<string, number>();

  /** Counts a fault that struck at this virtual time. */
  struck(fault: string, nowMs: number): void {
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
    this.lastMs.set(fault, nowMs);
  }

  /** Counts a crash, and each fault that struck within a minute before it. */
  crashed(point: string, cause: string, nowMs: number): void {
    this.count(`${cause}|${point}|`);
    for (const [fault, atMs] of this.lastMs) {
      if (nowMs - atMs <= nearMs && fault !== point) this.count(`${cause}|${point}|${fault}`);
    }
  }

  /** Adds the counts of another run. */
  merge(other: Coverage): void {
    for (const [key, count] of other.faults) {
      this.faults.set(key, (this.faults.get(key) ?? 0) + count);
    }
    for (const [key, count] of other.crashes) {
      this.crashes.set(key, (this.crashes.get(key) ?? 0) + count);
    }
  }

  private count(key: string): void {
    this.crashes.set(key, (this.crashes.get(key) ?? 0) + 1);
  }
}
