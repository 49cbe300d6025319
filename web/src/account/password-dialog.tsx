import { useSignal } from '@preact/signals';
import { Dialog } from '../components/dialog';
import { DialogFoot } from '../components/dialog-foot';
import { Field } from '../components/field';
import { Problem } from '../components/problem';
import { toast } from '../components/toast';
import { client, errorMessage, isError } from '../state/client';
import { me } from '../state/session';
import { texts } from '../texts';

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const { account: t } = texts.value;
  const wrong = useSignal<string | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);

  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    wrong.value = problem.value = undefined;
    try {
      await client.auth.changePassword(String(fields.get('password')), String(fields.get('new-password')));
      toast(t.passwordChanged, { tone: 'good' });
      onClose();
    } catch (error) {
      if (isError(error, 'INVALID_CREDENTIALS')) wrong.value = t.passwordWrong;
      else problem.value = errorMessage(error);
    }
  };

  return (
    <Dialog narrow title={t.changePassword} onClose={onClose}>
      <form class="dialog-form" method="post" onSubmit={save}>
        <Problem>{problem.value}</Problem>
        <input
          class="visually-hidden"
          type="text"
          name="username"
          autocomplete="username"
          value={me()?.username}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <Field
          label={t.passwordNow}
          name="password"
          type="password"
          required
          autofocus
          autocomplete="current-password"
          problem={wrong.value}
        />
        <Field
          label={t.passwordNew}
          hint={`${t.passwordHint} ${t.othersEnd}`}
          name="new-password"
          type="password"
          required
          minLength={8}
          maxLength={1024}
          autocomplete="new-password"
        />
        <DialogFoot onCancel={onClose} action={t.changePassword} />
      </form>
    </Dialog>
  );
}
