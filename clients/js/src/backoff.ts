/** Exponential backoff with full jitter: the n-th delay is anything from nothing up to twice the bound of the one before. */
export class Backoff {
  #attempt = 0;

  constructor(
    private readonly shortest: number,
    private readonly longest: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** The next delay in milliseconds; what the server asks for is the least, and the jitter comes on top of it. */
  next(atLeast = 0): number {
    const bound = Math.min(this.longest, this.shortest * 2 ** this.#attempt);
    if (bound < this.longest) this.#attempt += 1;
    return atLeast + this.random() * bound;
  }

  reset(): void {
    this.#attempt = 0;
  }
}
