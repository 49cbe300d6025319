/** Token bucket for the message rate. Times in milliseconds. */
export class Bucket {
  #rate: number;
  #level: number;
  #at = 0;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
  ) {
    this.#rate = perSecond;
    this.#level = burst;
  }

  take(now: number): boolean {
    this.#fill(now);
    if (this.#level < 1) return false;
    this.#level -= 1;
    return true;
  }

  /** Returns the time at which `take` succeeds. */
  nextAt(now: number): number {
    this.#fill(now);
    return this.#level >= 1 ? now : now + Math.ceil(((1 - this.#level) / this.#rate) * 1000);
  }

  /** After RATE_LIMITED: no message for one second, then half the rate. */
  slowDown(now: number): void {
    this.#fill(now);
    this.#rate = Math.max(0.5, this.#rate / 2);
    this.#level = 1 - this.#rate;
  }

  /** Restores the initial rate and burst, for a new connection. */
  reset(): void {
    this.#rate = this.perSecond;
    this.#level = this.burst;
  }

  #fill(now: number): void {
    this.#level = Math.min(this.burst, this.#level + (Math.max(0, now - this.#at) / 1000) * this.#rate);
    this.#at = now;
  }
}
