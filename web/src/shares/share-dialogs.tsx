import { Dialog } from '../components/dialog';
import { DialogFoot } from '../components/dialog-foot';
import { toast } from '../components/toast';
import { EditDialog } from '../share-dialog/edit-dialog';
import { LinkCard } from '../share-dialog/link-card';
import { errorMessage } from '../state/client';
import { revokeShare, shares } from '../state/shares';
import { texts } from '../texts';
import { shareDialog } from './dialogs';

export function ShareDialogs() {
  const open = shareDialog.value;
  if (!open) return null;
  const { share: t } = texts.value;
  const share = shares.byKey.value.get(open.share.share_id) ?? open.share;
  const close = () => (shareDialog.value = null);

  const revoke = async () => {
    close();
    try {
      await revokeShare(share);
      toast(t.revoked, { tone: 'good' });
    } catch (error) {
      toast(errorMessage(error), { tone: 'bad' });
    }
  };

  switch (open.name) {
    case 'edit':
      return <EditDialog share={share} onClose={close} />;
    case 'link':
      return (
        <Dialog title={share.filename} onClose={close}>
          <LinkCard share={share} />
        </Dialog>
      );
    case 'revoke':
      return (
        <Dialog narrow title={t.revokeTitle} onClose={close}>
          <p>{t.revokeText(share.filename)}</p>
          <DialogFoot onCancel={close} action={t.revoke} onAction={revoke} tone="danger" autofocus="cancel" />
        </Dialog>
      );
  }
}
