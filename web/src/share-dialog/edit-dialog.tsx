import '../styles/share-dialog.css';
import type { Share } from '@kingshare/client';
import { useSignal } from '@preact/signals';
import { Dialog } from '../components/dialog';
import { DialogFoot } from '../components/dialog-foot';
import { Field } from '../components/field';
import { Icon } from '../components/icon';
import { toast } from '../components/toast';
import { client, errorMessage } from '../state/client';
import { saveShare } from '../state/shares';
import { texts } from '../texts';
import { Limits, readLimits } from './limits';

export function EditDialog({ share, onClose }: { share: Share; onClose: () => void }) {
  const { share: t, common } = texts.value;
  const problem = useSignal<string | undefined>(undefined);
  const withoutPassword = useSignal(false);

  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const password = String(fields.get('share-password') ?? '');
    try {
      const changed = await client.shares.update(share.share_id, {
        ...readLimits(fields),
        ...(password ? { password } : withoutPassword.value && { password: null }),
      });
      saveShare(changed);
      toast(t.saved, { tone: 'good' });
      onClose();
    } catch (error) {
      problem.value = errorMessage(error);
    }
  };

  return (
    <Dialog title={t.editTitle} onClose={onClose}>
      <form class="dialog-form" onSubmit={save}>
        {problem.value && (
          <p class="callout bad" role="alert">
            <Icon name="alert" />
            {problem.value}
          </p>
        )}
        <Limits share={share} />
        <Field
          label={t.protect}
          hint={share.has_password ? t.keepPassword : t.protectHint}
          name="share-password"
          type="text"
          autocomplete="off"
          spellcheck={false}
          maxLength={1024}
          disabled={withoutPassword.value}
        />
        {share.has_password && (
          <label class="choice">
            <input
              type="checkbox"
              class="checkbox"
              checked={withoutPassword.value}
              onChange={() => (withoutPassword.value = !withoutPassword.value)}
            />
            {t.removePassword}
          </label>
        )}
        <DialogFoot onCancel={onClose} action={common.save} />
      </form>
    </Dialog>
  );
}
