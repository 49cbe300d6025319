import type { Invitation } from '@kingshare/client';
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { withBase } from '../base';
import { Dialog } from '../components/dialog';
import { DialogFoot } from '../components/dialog-foot';
import { Problem } from '../components/problem';
import { client, errorMessage } from '../state/client';
import { adminTexts } from '../texts/admin';
import { formats } from '../texts/format';
import { invitations } from './invitations';
import { OneTimeLink } from './one-time-link';

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const t = adminTexts.value.invite;
  const id = useId();
  const created = useSignal<Invitation | null>(null);
  const problem = useSignal('');

  const create = async (event: SubmitEvent) => {
    event.preventDefault();
    const lifetime = Number(new FormData(event.currentTarget as HTMLFormElement).get('lasts'));
    try {
      created.value = await client.invitations.create({ expires_in: lifetime });
      invitations.put({ id: created.value.id, expires_at: created.value.expires_at });
    } catch (error) {
      problem.value = errorMessage(error);
    }
  };

  return (
    <Dialog title={t.title} narrow onClose={onClose}>
      <Problem>{problem.value}</Problem>
      {created.value ? (
        <OneTimeLink
          url={`${location.origin}${withBase('/register')}#invitation=${encodeURIComponent(created.value.code)}`}
          label={t.link}
          copyLabel={t.copy}
          copied={t.copied}
          hint={t.until(formats.value.moment(created.value.expires_at))}
        />
      ) : (
        <form class="dialog-form" onSubmit={create}>
          <p class="soft">{t.text}</p>
          <div class="field">
            <label for={id}>{t.lasts}</label>
            <select class="input" id={id} name="lasts" autofocus>
              {([604800, 86400, 2592000] as const).map((seconds) => (
                <option key={seconds} value={seconds}>
                  {t.spans[seconds]}
                </option>
              ))}
            </select>
          </div>
          <DialogFoot onCancel={onClose} action={t.create} />
        </form>
      )}
    </Dialog>
  );
}
