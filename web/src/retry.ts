const minDelay = 500;
const maxDelay = 10_000;

const pendingWaits = new Set<() => void>();

/** Signals that the server is reachable: pending retries run at once. */
export function retryNow() {
  for (const wake of [...pendingWaits]) wake();
}
addEventListener('online', retryNow);

/** Resolves after the delay, or earlier when the connection is back. */
export function waitOrOnline(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    const wake = () => {
      clearTimeout(timer);
      pendingWaits.delete(wake);
      done();
    };
    const timer = setTimeout(wake, milliseconds);
    pendingWaits.add(wake);
  });
}

/** Retries `attempt` until it succeeds, with exponential backoff; retries at once when the connection is back. */
export async function retryUntilDone<T>(attempt: () => Promise<T>, onFailure: (error: unknown) => void = () => {}): Promise<T> {
  for (let delay = minDelay; ; delay = Math.min(maxDelay, delay * 2)) {
    try {
      return await attempt();
    } catch (error) {
      onFailure(error);
    }
    await waitOrOnline(delay * (0.5 + Math.random() / 2));
  }
}
