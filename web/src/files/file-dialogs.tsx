import { lazy } from '../components/lazy';
import { fileDialog } from './dialogs';

const RenameDialog = lazy(() => import('./rename-dialog').then((m) => m.RenameDialog));
const ShareDialog = lazy(() => import('../share-dialog/share-dialog').then((m) => m.ShareDialog));

export function FileDialogs() {
  const open = fileDialog.value;
  if (!open) return null;
  const close = () => (fileDialog.value = null);
  const Dialog = open.name === 'rename' ? RenameDialog : ShareDialog;
  return <Dialog key={open.file.id} file={open.file} onClose={close} />;
}
