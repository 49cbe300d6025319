/** Token bucket for the message rate. Times in milliseconds. */
export class TokenBucket {
  #rate: number;
  #tokens: number;
  #refilledAt = 0;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
  ) {
    this.#rate = perSecond;
    this.#tokens = burst;
  }

  take(now: number): boolean {
    this.#refill(now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Returns the time at which `take` succeeds. */
  nextAt(now: number): number {
    this.#refill(now);
    return this.#tokens >= 1 ? now : now + Math.ceil(((1 - this.#tokens) / this.#rate) * 1000);
  }

  /** After RATE_LIMITED: no message for one second, then half the rate. */
  slowDown(now: number): void {
    this.#refill(now);
    this.#rate = Math.max(0.5, this.#rate / 2);
    this.#tokens = 1 - this.#rate;
  }

  /** Restores the initial rate and burst, for a new connection. */
  reset(): void {
    this.#rate = this.perSecond;
    this.#tokens = this.burst;
  }

  #refill(now: number): void {
    this.#tokens = Math.min(this.burst, this.#tokens + (Math.max(0, now - this.#refilledAt) / 1000) * this.#rate);
    this.#refilledAt = now;
  }
}
