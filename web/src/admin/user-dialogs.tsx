import type { User } from '@kingshare/client';
import { useSignal } from '@preact/signals';
import { Dialog } from '../components/dialog';
import { DialogFoot } from '../components/dialog-foot';
import { Field } from '../components/field';
import { Problem } from '../components/problem';
import { texts } from '../texts';
import { adminTexts } from '../texts/admin';
import { formats } from '../texts/format';
import { updateUser, deleteUser } from './users-state';

interface Props {
  user: User;
  onClose: () => void;
}

const gigabyte = 1e9;

export function QuotaDialog({ user, onClose }: Props) {
  const t = adminTexts.value.users;
  const { common } = texts.value;

  const problem = useSignal<string | undefined>(undefined);

  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = Number(new FormData(event.currentTarget as HTMLFormElement).get('quota'));
    problem.value = await updateUser(user, { quota_bytes: Math.round(wanted * gigabyte) });
    if (!problem.value) onClose();
  };

  return (
    <Dialog title={t.quotaTitle(user.username)} narrow onClose={onClose}>
      <form class="dialog-form" onSubmit={save}>
        <Field
          label={t.quota}
          hint={t.quotaHint}
          name="quota"
          type="number"
          inputMode="decimal"
          min={0}
          step="any"
          problem={problem.value}
          autofocus
          defaultValue={user.quota_bytes > 0 ? String(user.quota_bytes / gigabyte) : ''}
        />
        <DialogFoot onCancel={onClose} action={common.save} />
      </form>
    </Dialog>
  );
}

export function RemoveDialog({ user, onClose }: Props) {
  const t = adminTexts.value.users;
  const problem = useSignal<string | undefined>(undefined);
  const removeNow = async () => {
    problem.value = await deleteUser(user);
    if (!problem.value) onClose();
  };
  return (
    <Dialog title={t.removeTitle(user.username)} narrow onClose={onClose}>
      <p>{t.removeText(formats.value.bytes(user.used_bytes))}</p>
      <Problem>{problem.value}</Problem>
      <DialogFoot onCancel={onClose} action={t.remove} onAction={removeNow} tone="danger" />
    </Dialog>
  );
}
