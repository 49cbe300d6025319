import type { PasswordReset, User } from '@kingshare/client';
import { useSignal } from '@preact/signals';
import { Dialog } from '../components/dialog';
import { DialogFoot } from '../components/dialog-foot';
import { Problem } from '../components/problem';
import { client, errorMessage } from '../state/client';
import { adminTexts } from '../texts/admin';
import { formats } from '../texts/format';
import { OneTimeLink } from './one-time-link';

/** Creates a password reset link for a user. */
export function ResetDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const t = adminTexts.value.reset;
  const created = useSignal<PasswordReset | null>(null);
  const problem = useSignal<string | undefined>(undefined);
  const create = async () => {
    try {
      created.value = await client.users.createPasswordReset(user.id);
      problem.value = undefined;
    } catch (error) {
      problem.value = errorMessage(error);
    }
  };
  return (
    <Dialog narrow title={t.title(user.username)} onClose={onClose}>
      <Problem>{problem.value}</Problem>
      {created.value ? (
        <OneTimeLink
          url={created.value.url}
          label={t.link}
          copyLabel={t.copy}
          copied={t.copied}
          hint={t.until(formats.value.moment(created.value.expires_at))}
        />
      ) : (
        <>
          <p>{t.text}</p>
          <DialogFoot onCancel={onClose} action={t.create} onAction={create} autofocus="action" />
        </>
      )}
    </Dialog>
  );
}
