import type { ListedInvitation } from '@kingshare/client';
import { useEffect } from 'preact/hooks';
import { Icon } from '../components/icon';
import { ListEnd } from '../components/list-end';
import { toast } from '../components/toast';
import { client, errorMessage, isError } from '../state/client';
import { collection } from '../state/collection';
import { onResumed } from '../state/live';
import { adminTexts } from '../texts/admin';
import { formats } from '../texts/format';

export const invitations = collection<ListedInvitation>((invitation) => invitation.id, {
  readPage: (cursor) => client.invitations.list({ limit: 200, cursor }),
  compare: (a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)),
});

async function revokeInvitation({ id }: ListedInvitation) {
  try {
    await client.invitations.remove(id);
  } catch (error) {
    if (!isError(error, 'NOT_FOUND')) return void toast(errorMessage(error), { tone: 'bad' });
  }
  invitations.remove(id);
  toast(adminTexts.value.invite.takenBack, { tone: 'good' });
}

/** The open invitations. Codes are shown only at creation. */
export function Invitations() {
  const t = adminTexts.value.invite;
  const { moment } = formats.value;
  useEffect(() => {
    if (invitations.state.peek() !== 'loading') void invitations.load();
    return onResumed(() => invitations.retryFailed());
  }, []);
  const open = [...invitations.items.value].sort((a, b) => a.expires_at.localeCompare(b.expires_at));
  if (open.length === 0) return null;
  return (
    <section class="invitations" aria-label={t.open}>
      <h2>{t.open}</h2>
      <ul class="rows">
        {open.map((invitation) => (
          <li key={invitation.id} class="row">
            <Icon name="send" />
            <span class="row-main">{t.openUntil(moment(invitation.expires_at))}</span>
            <button
              type="button"
              class="button small"
              aria-label={`${t.takeBack}: ${t.openUntil(moment(invitation.expires_at))}`}
              onClick={() => void revokeInvitation(invitation)}
            >
              {t.takeBack}
            </button>
          </li>
        ))}
      </ul>
      <ListEnd of={invitations} />
    </section>
  );
}
