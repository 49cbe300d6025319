import { isError, client } from '../state/client';
import { showNotice } from '../state/show-notice';
import { token } from './facts';

export type End = 'ended' | 'deleted';

// Timers hold no more.
const longestTimer = 2 ** 31 - 1;

/** Hears of the link's end as it happens; where the live channel is closed to strangers, by the time that was announced. */
export function watchForEnd(expires: number | null, onEnd: (end: End) => void): () => void {
  const live = client.live({ share: token });
  live.on('ShareExpired', () => onEnd('ended'));
  live.on('SystemNotification', showNotice);
  live.on('FileDeleted', () => onEnd('deleted'));
  live.onState((state) => {
    // It ended before we began to watch, or while we were away.
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
