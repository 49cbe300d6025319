import type { Me } from '@kingshare/client';
import { signal } from '@preact/signals';
import { withBase } from '../base';
import { retryUntilDone } from '../retry';
import { client, isError } from './client';

export type Session =
  | { state: 'unknown' }
  | { state: 'guest'; sessionExpired: boolean }
  | { state: 'user'; me: Me }
  | { state: 'unreachable' };

/** True if no account exists yet; the server then marks the page for set-up. */
export const needsSetUp = document.getElementById('app')?.dataset.page === 'set-up';

export const session = signal<Session>({ state: 'unknown' });

let lastUserId: string | null = null;

export const me = () => (session.value.state === 'user' ? session.value.me : null);

/** Starts a session. If another user was signed in before, reloads the page, since all its state belongs to that user. */
export function startSession(user: Me) {
  if (lastUserId !== null && lastUserId !== user.id) {
    location.replace(withBase('/files'));
    return;
  }
  lastUserId = user.id;
  session.value = { state: 'user', me: user };
}

/** Called when the server no longer accepts the session. */
export function sessionExpired() {
  if (session.value.state === 'user') session.value = { state: 'guest', sessionExpired: true };
}

/** Restores the session from the cookie, if the browser has one. */
export const restoreSession = () =>
  retryUntilDone(
    async () => {
      try {
        startSession(await client.auth.me());
      } catch (error) {
        const isSignedOut = isError(error, 'AUTHENTICATION_REQUIRED') || isError(error, 'INVALID_TOKEN');
        if (!isSignedOut) throw error;
        session.value = { state: 'guest', sessionExpired: false };
      }
    },
    () => (session.value = { state: 'unreachable' }),
  );

export async function refreshMe() {
  const user = await client.auth.me();
  if (me()) startSession(user);
}

/** Signs out, clears the stored data, and loads a fresh page. */
export async function signOut(everywhere: boolean, clearData: () => void) {
  await (everywhere ? client.auth.logoutAll() : client.auth.logout());
  clearData();
  location.replace(withBase('/signin'));
}
