import { isError, client } from '../state/client';
import { showNotice } from '../state/show-notice';
import { token } from './facts';

export type End = 'ended' | 'deleted';

// The maximum delay of setTimeout, in milliseconds.
const longestTimer = 2 ** 31 - 1;

/**
 * Calls `onEnd` when the link ends, by an event; if anonymous connections are disabled, by a timer for its announced expiry. Returns a
 * function that stops watching.
 */
export function watchForEnd(expires: number | null, onEnd: (end: End) => void): () => void {
  const live = client.live({ share: token });
  live.on('ShareExpired', () => onEnd('ended'));
  live.on('SystemNotification', showNotice);
  live.on('FileDeleted', () => onEnd('deleted'));
  live.onState((state) => {
    // The link may have ended before we subscribed, or while we were disconnected.
    if (state.name === 'closed' && state.error) void ask();
  });

  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async () => {
    try {
      await client.publicShares.get(token);
    } catch (error) {
      if (isError(error, 'GONE') || isError(error, 'NOT_FOUND')) return onEnd('ended');
    }
    awaitEnd(30_000);
  };
  const awaitEnd = (atLeast: number) => {
    clearTimeout(timer);
    if (expires !== null) timer = setTimeout(() => void ask(), Math.min(Math.max(expires - Date.now() + 2_000, atLeast), longestTimer));
  };
  awaitEnd(0);

  return () => {
    clearTimeout(timer);
    live.close();
  };
}
