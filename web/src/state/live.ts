import type { CursorStore, Live, LiveEvent, LiveState } from '@kingshare/client';
import { effect, signal } from '@preact/signals';
import { retryNow } from '../retry';
import { client, isError } from './client';
import { sessionExpired, session } from './session';

export const connection = signal<LiveState>({ name: 'connecting' });

type Handler = (event: LiveEvent) => void;
const handlers = new Set<Handler>();
const resumedHandlers = new Set<(missed: readonly LiveEvent[] | null) => void>();

/** Subscribes to live events, without replayed ones. */
export const onEvent = (handler: Handler) => void handlers.add(handler);

/**
 * Subscribes to the end of each replay. Passes the missed events, or null if the server no longer holds all of them. Returns a function that
 * ends the subscription.
 */
export function onResumed(handler: (missed: readonly LiveEvent[] | null) => void): () => void {
  resumedHandlers.add(handler);
  return () => void resumedHandlers.delete(handler);
}

/** Returns the stored cursor of a user's stream; state/activity stores it together with the events. */
let cursorStoreOf: (userId: string) => CursorStore = () => ({ load: () => null, save: () => {} });
export const setCursorStores = (provider: typeof cursorStoreOf) => (cursorStoreOf = provider);

let live: Live | null = null;
let liveUserId: string | null = null;

function listen(userId: string) {
  let missed: LiveEvent[] = [];
  live = client.live({ since: 'start', cursor: cursorStoreOf(userId) });
  live.onState((state) => {
    connection.value = state;
    if (state.name === 'live') retryNow();
    if (
      state.name === 'closed' &&
      state.error &&
      (isError(state.error, 'INVALID_TOKEN') || isError(state.error, 'AUTHENTICATION_REQUIRED'))
    )
      sessionExpired();
  });
  live.on('*', (event) => {
    if (event.missed) missed.push(event);
    else for (const handler of handlers) handler(event);
  });
  live.on('Resumed', ({ data }) => {
    const replayed = missed;
    missed = [];
    for (const refresh of resumedHandlers) refresh(data.complete ? replayed : null);
  });
}

/** Opens the live channel while a user is signed in. */
export function startLive() {
  effect(() => {
    const userId = session.value.state === 'user' ? session.value.me.id : null;
    if (userId === liveUserId) return;
    liveUserId = userId;
    live?.close();
    live = null;
    connection.value = { name: 'connecting' };
    if (userId) listen(userId);
  });
}
