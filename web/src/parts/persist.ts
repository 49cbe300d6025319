const shortest = 500;
const longest = 10_000;

const waiting = new Set<() => void>();

/** The server can be reached again: whatever waits for that tries at once. */
export function reachable() {
  for (const wake of [...waiting]) wake();
}
addEventListener('online', reachable);

/** Ends when the connection is back, or the time is over. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    const wake = () => {
      clearTimeout(timer);
      waiting.delete(wake);
      done();
    };
    const timer = setTimeout(wake, milliseconds);
    waiting.add(wake);
  });
}

/** Tries until it succeeds; after a failure, when the connection is back or some time has passed. */
export async function persist<T>(attempt: () => Promise<T>, onFailure: (error: unknown) => void = () => {}): Promise<T> {
  for (let delay = shortest; ; delay = Math.min(longest, delay * 2)) {
    try {
      return await attempt();
    } catch (error) {
      onFailure(error);
    }
    await pause(delay * (0.5 + Math.random() / 2));
  }
}
