const shortest = 500;
const longest = 10_000;

const waiting = new Set<() => void>();

/** Signals that the server is reachable: pending retries run at once. */
export function reachable() {
  for (const wake of [...waiting]) wake();
}
addEventListener('online', reachable);

/** Resolves after the delay, or earlier when the connection is back. */
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

/** Retries `attempt` until it succeeds, with exponential backoff; retries at once when the connection is back. */
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
