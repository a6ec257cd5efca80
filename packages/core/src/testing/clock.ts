/** The clock of one node: a straight line over virtual time, broken where a fault breaks it. */

/** Monotonic milliseconds as a node sees them. */
export class Clock {
  private baseMs = 0;
  private baseLocalMs = 0;
  private rate = 1;

  /** What it shows at a virtual time, milliseconds. */
  localMs(nowMs: number): number {
    return this.baseLocalMs + (nowMs - this.baseMs) * this.rate;
  }

  /** Virtual time at which the node's clock shows `localMs`; infinite while it stands still. */
  worldMs(localMs: number): number {
    if (this.rate === 0) return Number.POSITIVE_INFINITY;
    return this.baseMs + (localMs - this.baseLocalMs) / this.rate;
  }

  /**
   * From `nowMs` on: `rate` local milliseconds for each virtual one (0: it stands still), after a jump ahead of
   * `aheadMs`. A monotonic clock never goes back.
   */
  change(nowMs: number, rate: number, aheadMs: number): void {
    this.baseLocalMs = this.localMs(nowMs) + aheadMs;
    this.baseMs = nowMs;
    this.rate = rate;
  }
}
