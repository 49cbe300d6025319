import { useSignalEffect } from '@preact/signals';
import { Loading } from './components/loading';
import { MenuHost } from './components/menu';
import { Dock } from './dock';
import { guestPages, memberPages } from './pages';
import { SignIn } from './pages/sign-in';
import { Unreachable } from './pages/unreachable';
import { navigate, path } from './router';
import { Shell } from './shell';
import { session } from './state/session';

function Page() {
  const here = path.value;
  switch (session.value.state) {
    case 'unknown':
      return <Loading />;
    case 'unreachable':
      return <Unreachable />;
    case 'guest': {
      const Guest = guestPages[here] ?? SignIn;
      return <Guest />;
    }
    case 'user':
      return <Shell me={session.value.me} page={memberPages.find((page) => page.path === here)} />;
  }
}

export function App() {
  useSignalEffect(() => {
    const known = session.value.state === 'user';
    if (known && (path.value === '/' || path.value in guestPages)) navigate('/files', { replace: true });
  });
  return (
    <>
      <Page />
      <MenuHost />
      <Dock />
    </>
  );
}
