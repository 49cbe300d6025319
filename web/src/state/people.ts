import type { Presence } from '@kingshare/client';
import { computed } from '@preact/signals';
import { client } from './client';
import { collection } from './collection';
import { onEvent, onResumed } from './live';
import { me } from './session';

export const people = collection<Presence>((person) => person.user_id, {
  readPage: (cursor) => client.presence({ limit: 200, cursor }),
  compare: (a, b) => (a.username < b.username ? -1 : Number(a.username > b.username)),
});

export const others = computed(() =>
  people.items.value
    .filter((person) => person.user_id !== me()?.id)
    .sort((a, b) => Number(b.online) - Number(a.online) || (b.last_seen ?? '').localeCompare(a.last_seen ?? '')),
);

export const online = computed(() => others.value.filter((person) => person.online));

/** Keeps the list up to date with the server. */
export function startPeople() {
  onEvent((event) => {
    if (event.type !== 'UserOnline' && event.type !== 'UserOffline') return;
    people.keep({ ...event.data, online: event.type === 'UserOnline', last_seen: new Date().toISOString() });
  });
  // Presence is never replayed: reload it after a gap.
  onResumed(() => void people.load());
}
