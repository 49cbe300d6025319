import { isError, client } from '../state/client';
import { showSystemNotification } from '../state/system-notification';
import { token } from './page-data';

export type EndReason = 'ended' | 'deleted';

// The maximum delay of setTimeout, in milliseconds.
const maxTimerDelay = 2 ** 31 - 1;

/**
 * Calls `onEnd` when the link ends, by an event; if anonymous connections are disabled, by a timer for its announced expiry. Returns a
 * function that stops watching.
 */
export function watchForEnd(expires: number | null, onEnd: (end: EndReason) => void): () => void {
  const live = client.live({ share: token });
  live.on('ShareExpired', () => onEnd('ended'));
  live.on('SystemNotification', showSystemNotification);
  live.on('FileDeleted', () => onEnd('deleted'));
  live.onState((state) => {
    // The link may have ended before we subscribed, or while we were disconnected.
    if (state.name === 'closed' && state.error) void checkShare();
  });

  let timer: ReturnType<typeof setTimeout> | undefined;
  const checkShare = async () => {
    try {
      await client.publicShares.get(token);
    } catch (error) {
      if (isError(error, 'GONE') || isError(error, 'NOT_FOUND')) return onEnd('ended');
    }
    scheduleCheck(30_000);
  };
  const scheduleCheck = (atLeast: number) => {
    clearTimeout(timer);
    if (expires !== null)
      timer = setTimeout(() => void checkShare(), Math.min(Math.max(expires - Date.now() + 2_000, atLeast), maxTimerDelay));
  };
  scheduleCheck(0);

  return () => {
    clearTimeout(timer);
    live.close();
  };
}
