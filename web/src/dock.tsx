import { lazy } from './components/lazy';
import { ToastHost } from './components/toast';
import { session } from './state/session';
import { elsewhere, sendings } from './state/uploads';

const UploadPanel = lazy(() => import('./uploads/panel').then((m) => m.UploadPanel));

/** The corner where messages come and uploads are seen. */
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
