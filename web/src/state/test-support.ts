import type { TestContext } from 'node:test';

/** A list on a server, served in pages. Each request waits until it is answered. */
export class PagedServer<T> {
  /** Cursors of all requests, in order. */
  readonly requests: (string | undefined)[] = [];
  readonly #waiting: (() => void)[] = [];
  #failures = 0;
  #error: unknown;
  held = false;

  constructor(
    public items: T[],
    private readonly pageSize = 3,
  ) {}

  /** Makes the next request fail as if the server were unreachable. */
  failOnce(error: unknown = new Error('unreachable')) {
    this.#failures++;
    this.#error = error;
  }

  /** Answers the requests held back. */
  async release() {
    this.held = false;
    for (const answer of this.#waiting.splice(0)) answer();
    await settled();
  }

  readonly readPage = async (cursor: string | undefined, matches: (item: T) => boolean = () => true) => {
    this.requests.push(cursor);
    // The server reads its list when the request arrives; the answer may take longer.
    const list = this.items.filter(matches);
    const start = Number(cursor ?? 0);
    const next = start + this.pageSize;
    const page = { items: list.slice(start, next), next_cursor: next < list.length ? String(next) : null };
    if (this.held) await new Promise<void>((answer) => this.#waiting.push(answer));
    if (this.#failures > 0) {
      this.#failures--;
      throw this.#error;
    }
    return page;
  };
}

/** Waits until all promises that need no timer are settled. */
export const settled = () => new Promise<void>((done) => setImmediate(done));

/** Replaces `setTimeout` for the test; time passes by `tick` alone. */
export function mockTimers(test: TestContext) {
  let now = 0;
  let timers: { due: number; run: () => void }[] = [];
  const mock = (run: () => void, delay = 0) => void timers.push({ due: now + delay, run });
  test.mock.method(globalThis, 'setTimeout', mock as unknown as typeof setTimeout);
  return {
    async tick(milliseconds: number) {
      now += milliseconds;
      const due = timers.filter((timer) => timer.due <= now);
      timers = timers.filter((timer) => timer.due > now);
      for (const { run } of due) run();
      await settled();
    },
  };
}
