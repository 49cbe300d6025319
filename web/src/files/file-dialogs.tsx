import { Dialog } from '../components/dialog';
import { lazy } from '../chunks/lazy';
import type { FileRow } from '../state/files';
import { texts } from '../texts';
import { fileDialog } from './dialogs';

interface Props {
  file: FileRow;
  onClose: () => void;
}

const RenameDialog = lazy<Props>(() => import('./rename-dialog').then((m) => m.RenameDialog), {
  frame: ({ onClose, children }) => (
    <Dialog narrow title={texts.value.files.renameTitle} onClose={onClose}>
      {children}
    </Dialog>
  ),
});
const ShareDialog = lazy<Props>(() => import('../share-dialog/share-dialog').then((m) => m.ShareDialog), {
  frame: ({ file, onClose, children }) => (
    <Dialog title={texts.value.share.titleOf(file.filename)} onClose={onClose}>
      {children}
    </Dialog>
  ),
});

export function FileDialogs() {
  const open = fileDialog.value;
  if (!open) return null;
  const close = () => (fileDialog.value = null);
  const OpenDialog = open.name === 'rename' ? RenameDialog : ShareDialog;
  return <OpenDialog key={open.file.id} file={open.file} onClose={close} />;
}
