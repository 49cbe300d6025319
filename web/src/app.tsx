import { useSignalEffect } from '@preact/signals';
import { Loading } from './components/loading';
import { MenuHost } from './components/menu';
import { Dock } from './dock';
import { guestPages, memberPages, openPages } from './pages';
import { SetUp } from './pages/set-up';
import { SignIn } from './pages/sign-in';
import { Unreachable } from './pages/unreachable';
import { navigate, path } from './router';
import { Shell } from './shell';
import { needsSetUp, session } from './state/session';

const home = '/files';
const isGuestPath = (currentPath: string) => currentPath === '/' || currentPath in guestPages;

function Page() {
  const currentPath = path.value;
  const Open = openPages[currentPath];
  if (Open) return <Open />;
  switch (session.value.state) {
    case 'unknown':
      return <Loading />;
    case 'unreachable':
      return <Unreachable />;
    case 'guest': {
      const Guest = guestPages[currentPath] ?? (needsSetUp ? SetUp : SignIn);
      return <Guest />;
    }
    case 'user': {
      const memberPath = isGuestPath(currentPath) ? home : currentPath;
      return <Shell me={session.value.me} page={memberPages.find((page) => page.path === memberPath)} />;
    }
  }
}

export function App() {
  useSignalEffect(() => {
    if (session.value.state === 'user' && isGuestPath(path.value)) navigate(home, { replace: true });
  });
  return (
    <>
      <Page />
      <MenuHost />
      <Dock />
    </>
  );
}
