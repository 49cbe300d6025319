import type { PasswordReset, User } from '@kingshare/client';
import { useSignal } from '@preact/signals';
import { Dialog } from '../components/dialog';
import { Problem } from '../components/problem';
import { client, explain } from '../state/client';
import { texts } from '../texts';
import { adminTexts } from '../texts/admin';
import { formats } from '../texts/format';
import { OneTimeLink } from './one-time-link';

/** Creates a password reset link for a user. */
export function ResetDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const t = adminTexts.value.reset;
  const made = useSignal<PasswordReset | null>(null);
  const problem = useSignal<string | undefined>(undefined);
  const create = async () => {
    try {
      made.value = await client.users.createPasswordReset(user.id);
      problem.value = undefined;
    } catch (error) {
      problem.value = explain(error);
    }
  };
  return (
    <Dialog narrow title={t.title(user.username)} onClose={onClose}>
      <Problem>{problem.value}</Problem>
      {made.value ? (
        <OneTimeLink
          url={made.value.url}
          label={t.link}
          copyLabel={t.copy}
          copied={t.copied}
          hint={t.until(formats.value.moment(made.value.expires_at))}
        />
      ) : (
        <>
          <p>{t.text}</p>
          <div class="dialog-foot">
            <button type="button" class="button quiet" onClick={onClose}>
              {texts.value.common.cancel}
            </button>
            <button type="button" class="button primary" autofocus onClick={create}>
              {t.create}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}
