import type { Live, LiveEvent, LiveState } from '@kingshare/client';
import { effect, signal } from '@preact/signals';
import { reachable } from '../parts/persist';
import { client, isError } from './client';
import { ended, session } from './session';

export const connection = signal<LiveState>({ name: 'connecting' });

type Handler = (event: LiveEvent) => void;
const handlers = new Set<Handler>();
const refreshers = new Set<(missed: readonly LiveEvent[] | null) => void>();

/** Subscribes to live events, without replayed ones. */
export const onEvent = (handler: Handler) => void handlers.add(handler);

/** Subscribes to the end of each replay. Passes the missed events, or null if the server no longer holds all of them. */
export const onResumed = (handler: (missed: readonly LiveEvent[] | null) => void) => void refreshers.add(handler);

export interface Place {
  load(): string | null;
  save(cursor: string): void;
}

/** Returns the stored cursor of a user's stream; state/activity stores it together with the events. */
let placeOf: (userId: string) => Place = () => ({ load: () => null, save: () => {} });
export const keepPlace = (keeper: typeof placeOf) => (placeOf = keeper);

let live: Live | null = null;
let listeningFor: string | null = null;

function listen(userId: string) {
  let missed: LiveEvent[] = [];
  live = client.live({ since: 'start', cursor: placeOf(userId) });
  live.onState((state) => {
    connection.value = state;
    if (state.name === 'live') reachable();
    if (
      state.name === 'closed' &&
      state.error &&
      (isError(state.error, 'INVALID_TOKEN') || isError(state.error, 'AUTHENTICATION_REQUIRED'))
    )
      ended();
  });
  live.on('*', (event) => {
    if (event.missed) missed.push(event);
    else for (const handler of handlers) handler(event);
  });
  live.on('Resumed', ({ data }) => {
    const all = missed;
    missed = [];
    for (const refresh of refreshers) refresh(data.complete ? all : null);
  });
}

effect(() => {
  const userId = session.value.state === 'user' ? session.value.me.id : null;
  if (userId === listeningFor) return;
  listeningFor = userId;
  live?.close();
  live = null;
  connection.value = { name: 'connecting' };
  if (userId) listen(userId);
});
