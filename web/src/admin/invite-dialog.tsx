import type { Invitation } from '@kingshare/client';
import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Dialog } from '../components/dialog';
import { Icon } from '../components/icon';
import { Problem } from '../components/problem';
import { toast } from '../components/toast';
import { copyText } from '../share-dialog/copy';
import { client, explain } from '../state/client';
import { texts } from '../texts';
import { adminTexts } from '../texts/admin';
import { formats } from '../texts/format';

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
    } catch (error) {
      problem.value = explain(error);
    }
  };

  return (
    <Dialog title={t.title} narrow onClose={onClose}>
      <Problem>{problem.value}</Problem>
      {made.value ? (
        <Made invitation={made.value} />
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

function Made({ invitation }: { invitation: Invitation }) {
  const t = adminTexts.value.invite;
  const field = useRef<HTMLInputElement>(null);
  const url = `${location.origin}/register#invitation=${encodeURIComponent(invitation.code)}`;
  useEffect(() => field.current!.focus(), []);
  const copy = async () => {
    field.current!.select();
    const done = await copyText(url);
    toast(done ? t.copied : texts.value.share.copyFailed, { tone: done ? 'good' : 'warning' });
  };
  return (
    <>
      <div class="link-line">
        <input ref={field} class="input" readOnly aria-label={t.link} value={url} onFocus={(event) => event.currentTarget.select()} />
        <button type="button" class="button primary" aria-label={t.copy} onClick={copy}>
          <Icon name="copy" size={18} />
          {texts.value.common.copy}
        </button>
      </div>
      <p class="small soft">{t.until(formats.value.moment(invitation.expires_at))}</p>
    </>
  );
}
