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
import { serverIsEmpty, session } from './state/session';

const home = '/files';
const isForGuests = (here: string) => here === '/' || here in guestPages;

function Page() {
  const here = path.value;
  const Open = openPages[here];
  if (Open) return <Open />;
  switch (session.value.state) {
    case 'unknown':
      return <Loading />;
    case 'unreachable':
      return <Unreachable />;
    case 'guest': {
      const Guest = guestPages[here] ?? (serverIsEmpty ? SetUp : SignIn);
      return <Guest />;
    }
    case 'user': {
      const wanted = isForGuests(here) ? home : here;
      return <Shell me={session.value.me} page={memberPages.find((page) => page.path === wanted)} />;
    }
  }
}

export function App() {
  useSignalEffect(() => {
    if (session.value.state === 'user' && isForGuests(path.value)) navigate(home, { replace: true });
  });
  return (
    <>
      <Page />
      <MenuHost />
      <Dock />
    </>
  );
}
