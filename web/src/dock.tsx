import { Icon } from './components/icon';
import { ToastHost } from './components/toast';
import { lazy } from './chunks/lazy';
import { registerChunk } from './chunks/prefetch';
import { client } from './state/client';
import { session } from './state/session';
import { remoteUploads } from './state/unfinished-uploads';
import { uploadItems } from './state/uploads';
import { texts } from './texts';

const UploadPanel = lazy(() => import('./uploads/panel').then((m) => m.UploadPanel), { frame: () => <WaitingUploads /> });
registerChunk(() => client.prepareUploads());

/** Shown if files are queued but the upload panel's code could not be loaded. */
function WaitingUploads() {
  if (UploadPanel.state.value === 'loading') return null;
  return (
    <div class="toast warning" role="status">
      <Icon name="alert" />
      <p>{texts.value.uploads.held(uploadItems.value.length)}</p>
    </div>
  );
}

/** The corner for toasts and uploads. */
export function Dock() {
  const signedIn = session.value.state === 'user';
  const hasUploads = uploadItems.value.length > 0 || remoteUploads.value.size > 0;

  return (
    <div class="dock">
      <ToastHost />
      {signedIn && hasUploads && <UploadPanel />}
    </div>
  );
}
