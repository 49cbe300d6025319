import type { Me } from '@kingshare/client';
import { signal } from '@preact/signals';
import { client, isError } from './client';

export type Session = { state: 'unknown' } | { state: 'guest'; ended: boolean } | { state: 'user'; me: Me } | { state: 'unreachable' };

export const session = signal<Session>({ state: 'unknown' });

let latest: string | null = null;

export const me = () => (session.value.state === 'user' ? session.value.me : null);

/** We are signed in. Where another was before, nothing that this page remembers is ours. */
export function begin(user: Me) {
  if (latest !== null && latest !== user.id) {
    location.replace('/files');
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
export async function recall() {
  try {
    begin(await client.auth.me());
  } catch (error) {
    const unknown = isError(error, 'AUTHENTICATION_REQUIRED') || isError(error, 'INVALID_TOKEN');
    session.value = unknown ? { state: 'guest', ended: false } : { state: 'unreachable' };
  }
}

export async function refreshMe() {
  const user = await client.auth.me();
  if (me()) begin(user);
}

/** Signs out, and leaves a page that knows nothing. */
export async function leave(everywhere: boolean) {
  await (everywhere ? client.auth.logoutAll() : client.auth.logout());
  location.replace('/signin');
}
