import type { Invitation } from '@kingshare/client';
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { under } from '../base';
import { Dialog } from '../components/dialog';
import { Problem } from '../components/problem';
import { client, explain } from '../state/client';
import { texts } from '../texts';
import { adminTexts } from '../texts/admin';
import { formats } from '../texts/format';
import { invitations } from './invitations';
import { OneTimeLink } from './one-time-link';

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const t = adminTexts.value.invite;
  const { common } = texts.value;
  const id = useId();
  const made = useSignal<Invitation | null>(null);
  const problem = useSignal('');

  const create = async (event: SubmitEvent) => {
    event.preventDefault();
    const lasts = Number(new FormData(event.currentTarget as HTMLFormElement).get('lasts'));
    try {
      made.value = await client.invitations.create({ expires_in: lasts });
      invitations.put({ id: made.value.id, expires_at: made.value.expires_at });
    } catch (error) {
      problem.value = explain(error);
    }
  };

  return (
    <Dialog title={t.title} narrow onClose={onClose}>
      <Problem>{problem.value}</Problem>
      {made.value ? (
        <OneTimeLink
          url={`${location.origin}${under('/register')}#invitation=${encodeURIComponent(made.value.code)}`}
          label={t.link}
          copyLabel={t.copy}
          copied={t.copied}
          hint={t.until(formats.value.moment(made.value.expires_at))}
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
          <div class="dialog-foot">
            <button type="button" class="button quiet" onClick={onClose}>
              {common.cancel}
            </button>
            <button class="button primary">{t.create}</button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
