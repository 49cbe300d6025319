import { Dialog } from '../components/dialog';
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
  const { share: t, common } = texts.value;
  const share = shares.items.value.get(open.share.share_id) ?? open.share;
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
          <div class="dialog-foot">
            <button type="button" class="button quiet" autofocus onClick={close}>
              {common.cancel}
            </button>
            <button type="button" class="button danger" onClick={revoke}>
              {t.revoke}
            </button>
          </div>
        </Dialog>
      );
  }
}
