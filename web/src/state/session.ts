import type { Me } from '@kingshare/client';
import { signal } from '@preact/signals';
import { under } from '../base';
import { persist } from '../parts/persist';
import { client, isError } from './client';

export type Session = { state: 'unknown' } | { state: 'guest'; ended: boolean } | { state: 'user'; me: Me } | { state: 'unreachable' };

/** True if no account exists yet; the server then marks the page for set-up. */
export const serverIsEmpty = document.getElementById('app')?.dataset.page === 'set-up';

export const session = signal<Session>({ state: 'unknown' });

let latest: string | null = null;

export const me = () => (session.value.state === 'user' ? session.value.me : null);

/** Starts a session. If another user was signed in before, reloads the page, since all its state belongs to that user. */
export function begin(user: Me) {
  if (latest !== null && latest !== user.id) {
    location.replace(under('/files'));
    return;
  }
  latest = user.id;
  session.value = { state: 'user', me: user };
}

/** Called when the server no longer accepts the session. */
export function ended() {
  if (session.value.state === 'user') session.value = { state: 'guest', ended: true };
}

/** Restores the session from the cookie, if the browser has one. */
export const recall = () =>
  persist(
    async () => {
      try {
        begin(await client.auth.me());
      } catch (error) {
        const unknown = isError(error, 'AUTHENTICATION_REQUIRED') || isError(error, 'INVALID_TOKEN');
        if (!unknown) throw error;
        session.value = { state: 'guest', ended: false };
      }
    },
    () => (session.value = { state: 'unreachable' }),
  );

export async function refreshMe() {
  const user = await client.auth.me();
  if (me()) begin(user);
}

/** Signs out, clears the stored data, and loads a fresh page. */
export async function leave(everywhere: boolean, forget: () => void) {
  await (everywhere ? client.auth.logoutAll() : client.auth.logout());
  forget();
  location.replace(under('/signin'));
}
