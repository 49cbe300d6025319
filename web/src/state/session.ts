import type { Me } from '@kingshare/client';
import { signal } from '@preact/signals';
import { under } from '../base';
import { persist } from '../parts/persist';
import { client, isError } from './client';

export type Session = { state: 'unknown' } | { state: 'guest'; ended: boolean } | { state: 'user'; me: Me } | { state: 'unreachable' };

/** Nobody has an account yet: the server says so in the page that it sends then. */
export const serverIsEmpty = document.getElementById('app')?.dataset.page === 'set-up';

export const session = signal<Session>({ state: 'unknown' });

let latest: string | null = null;

export const me = () => (session.value.state === 'user' ? session.value.me : null);

/** We are signed in. Where another was before, nothing that this page remembers is ours. */
export function begin(user: Me) {
  if (latest !== null && latest !== user.id) {
    location.replace(under('/files'));
    return;
  }
  latest = user.id;
  session.value = { state: 'user', me: user };
}

/** The server knows us no longer. */
export function ended() {
  if (session.value.state === 'user') session.value = { state: 'guest', ended: true };
}

/** Who we are, by the cookie that the browser may have. */
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

/** Signs out, forgets, and leaves a page that knows nothing. */
export async function leave(everywhere: boolean, forget: () => void) {
  await (everywhere ? client.auth.logoutAll() : client.auth.logout());
  forget();
  location.replace(under('/signin'));
}
