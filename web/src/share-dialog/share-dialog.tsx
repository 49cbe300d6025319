import '../styles/share-dialog.css';
import type { Share } from '@kingshare/client';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Dialog } from '../components/dialog';
import { DialogFoot } from '../components/dialog-foot';
import { Field } from '../components/field';
import { Icon } from '../components/icon';
import { client, errorMessage, isError } from '../state/client';
import type { FileRow } from '../state/files';
import { readSharesOf, saveShare, shares } from '../state/shares';
import { texts } from '../texts';
import { Limits, readLimits } from './limits';
import { copyText } from './copy';
import { LinkCard } from './link-card';
import { Recipients } from './recipients';

export function ShareDialog({ file, onClose }: { file: FileRow; onClose: () => void }) {
  const { share: t, errors } = texts.value;
  const created = useSignal<{ share: Share; copied: boolean } | null>(null);
  const names = useSignal<readonly string[]>([]);
  const problem = useSignal<string | undefined>(undefined);
  const recipientProblem = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);

  useEffect(() => {
    if (shares.state.peek() === 'idle') void shares.load();
    // Older shares of the file may not be loaded.
    else if (shares.hasMore.peek()) void readSharesOf(file.id).catch(() => {});
  }, []);

  const activeShares = shares.items.value.filter(
    (share) => share.file_id === file.id && share.state === 'active' && share.share_id !== created.value?.share.share_id,
  );

  const create = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    problem.value = recipientProblem.value = undefined;
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const password = String(fields.get('share-password') ?? '');
    try {
      const share = await client.shares.create({
        file_id: file.id,
        ...readLimits(fields),
        ...(password && { password }),
        ...(names.value.length > 0 && { recipients: [...names.value] }),
      });
      saveShare(share);
      created.value = { share, copied: await copyText(share.url) };
    } catch (error) {
      if (isError(error, 'INVALID_REQUEST') && error.field === 'recipients') recipientProblem.value = errors.unknownRecipient;
      else problem.value = errorMessage(error);
    } finally {
      busy.value = false;
    }
  };

  const startOver = () => {
    created.value = null;
    names.value = [];
  };

  return (
    <Dialog title={created.value ? t.ready : t.titleOf(file.filename)} onClose={onClose}>
      {created.value ? (
        <>
          <LinkCard share={shares.byKey.value.get(created.value.share.share_id) ?? created.value.share} copied={created.value.copied} />
          <DialogFoot cancel={t.another} onCancel={startOver} action={t.done} onAction={onClose} tone="plain" />
        </>
      ) : (
        <form class="dialog-form" onSubmit={create}>
          {activeShares.length > 0 && (
            <section class="living-links" aria-label={t.existing}>
              <h3>{t.existing}</h3>
              {activeShares.map((share) => (
                <LinkCard key={share.share_id} share={share} />
              ))}
            </section>
          )}
          {problem.value && (
            <p class="callout bad" role="alert">
              <Icon name="alert" />
              {problem.value}
            </p>
          )}
          <Limits />
          <Field
            label={t.protect}
            hint={t.protectHint}
            name="share-password"
            type="text"
            autocomplete="off"
            spellcheck={false}
            maxLength={1024}
          />
          <Recipients names={names} problem={recipientProblem.value} />
          <button type="submit" class="button primary wide" aria-disabled={busy.value} autofocus={activeShares.length === 0}>
            <Icon name="link" />
            {t.create}
          </button>
        </form>
      )}
    </Dialog>
  );
}
