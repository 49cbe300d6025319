import { Icon } from './components/icon';
import { ToastHost } from './components/toast';
import { lazy } from './parts/lazy';
import { register } from './parts/prefetch';
import { client } from './state/client';
import { session } from './state/session';
import { elsewhere } from './state/unfinished';
import { sendings } from './state/uploads';
import { texts } from './texts';

const UploadPanel = lazy(() => import('./uploads/panel').then((m) => m.UploadPanel), { frame: () => <HeldUploads /> });
register(() => client.prepareUploads());

/** Shown if files are queued but the upload panel's code could not be loaded. */
function HeldUploads() {
  if (UploadPanel.state.value === 'loading') return null;
  return (
    <div class="toast warning" role="status">
      <Icon name="alert" />
      <p>{texts.value.uploads.held(sendings.value.length)}</p>
    </div>
  );
}

/** The corner for toasts and uploads. */
export function Dock() {
  const signedIn = session.value.state === 'user';
  const busy = sendings.value.length > 0 || elsewhere.value.size > 0;

  return (
    <div class="dock">
      <ToastHost />
      {signedIn && busy && <UploadPanel />}
    </div>
  );
}
