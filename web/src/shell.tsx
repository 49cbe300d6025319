import type { Me } from '@kingshare/client';
import { signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { withBase } from './base';
import { ConnectionBanner } from './activity/connection';
import { Rail } from './activity/rail';
import { Avatar } from './components/avatar';
import { Brand } from './components/brand';
import { LanguageChoices, ThemeChoices } from './components/choices';
import { Dialog } from './components/dialog';
import { Icon } from './components/icon';
import { MenuItem, MenuLine, menuIsOpenAt, openMenu } from './components/menu';
import { Progress } from './components/progress';
import { toast } from './components/toast';
import { lazy } from './chunks/lazy';
import { prefetchChunks } from './chunks/prefetch';
import { memberPages } from './pages';
import { NotFound } from './pages/not-found';
import { FileDialogs } from './files/file-dialogs';
import { clearStoredActivity, unseenCount } from './state/activity';
import { flushDeletions } from './state/deletion';
import { errorMessage } from './state/client';
import { signOut } from './state/session';
import { usedBytes } from './state/usage';
import { texts } from './texts';
import { formats } from './texts/format';
import { DropZone } from './uploads/drop-zone';

const passwordDialogOpen = signal(false);
const PasswordDialog = lazy<{ onClose: () => void }>(() => import('./account/password-dialog').then((m) => m.PasswordDialog), {
  frame: ({ onClose, children }) => (
    <Dialog narrow title={texts.value.account.changePassword} onClose={onClose}>
      {children}
    </Dialog>
  ),
});

interface Props {
  me: Me;
  page: (typeof memberPages)[number] | undefined;
}

export function Shell({ me, page }: Props) {
  const allowed = page && (!page.admin || me.role === 'admin') ? page : undefined;
  const Content = allowed?.page ?? NotFound;
  const isWide = useMedia('(min-width: 1240px)');
  const isAdmin = me.role === 'admin';
  useEffect(() => prefetchChunks(isAdmin), [isAdmin]);
  const withRail = isWide && allowed?.name !== 'activity';
  return (
    <div class={withRail ? 'shell with-rail' : 'shell'}>
      <a class="skip-link" href="#main">
        {texts.value.common.skip}
      </a>
      <ConnectionBanner />
      <header class="side">
        <a class="brand-link" href={withBase('/files')}>
          <Brand />
        </a>
        <Nav me={me} current={allowed?.path} />
        <div class="side-foot">
          <Storage me={me} />
          <Account me={me} />
        </div>
      </header>
      <main class="sheet" id="main" tabIndex={-1}>
        <Content key={allowed?.path} />
      </main>
      {withRail && <Rail />}
      <DropZone />
      <FileDialogs />
      {passwordDialogOpen.value && <PasswordDialog onClose={() => (passwordDialogOpen.value = false)} />}
    </div>
  );
}

function useMedia(query: string): boolean {
  const media = matchMedia(query);
  const matches = useSignal(media.matches);
  useEffect(() => {
    const update = () => (matches.value = media.matches);
    media.addEventListener('change', update);
    return () => media.removeEventListener('change', update);
  }, []);
  return matches.value;
}

function Nav({ me, current }: { me: Me; current: string | undefined }) {
  const { nav } = texts.value;
  return (
    <nav class="nav" aria-label={nav.main}>
      {memberPages
        .filter((page) => !page.admin || me.role === 'admin')
        .map(({ path, name, icon }) => (
          <a key={path} href={withBase(path)} aria-current={path === current ? 'page' : undefined}>
            <Icon name={icon} />
            <span class="truncate">{nav[name]}</span>
            {name === 'activity' && unseenCount.value > 0 && (
              <span class="badge good">
                <span aria-hidden="true">{unseenCount.value}</span>
                <span class="visually-hidden">{nav.news(unseenCount.value)}</span>
              </span>
            )}
          </a>
        ))}
    </nav>
  );
}

function Storage({ me }: { me: Me }) {
  const { storage } = texts.value;
  const { bytes } = formats.value;
  if (me.quota_bytes === 0) return <div class="storage">{storage.used(bytes(usedBytes.value))}</div>;
  const label = storage.usedOf(bytes(usedBytes.value), bytes(me.quota_bytes));
  return (
    <div class="storage">
      <Progress label={label} value={Math.min(1, usedBytes.value / me.quota_bytes)} />
      {label}
    </div>
  );
}

function Account({ me }: { me: Me }) {
  const { nav } = texts.value;
  const button = useRef<HTMLButtonElement>(null);
  const onSignOut = async (everywhere: boolean) => {
    try {
      await flushDeletions();
      await signOut(everywhere, clearStoredActivity);
    } catch (error) {
      toast(errorMessage(error), { tone: 'bad' });
    }
  };
  const menu = () => (
    <>
      {me.role === 'admin' && (
        <>
          <MenuItem icon="shield" href={withBase('/admin')}>
            {nav.admin}
          </MenuItem>
          <MenuLine />
        </>
      )}
      <ThemeChoices />
      <LanguageChoices />
      <MenuLine />
      <MenuItem icon="lock" onSelect={() => (passwordDialogOpen.value = true)}>
        {texts.value.account.changePassword}
      </MenuItem>
      <MenuItem icon="leave" onSelect={() => void onSignOut(false)}>
        {nav.signOut}
      </MenuItem>
      <MenuItem icon="shield" onSelect={() => void onSignOut(true)}>
        {nav.signOutEverywhere}
      </MenuItem>
    </>
  );
  return (
    <button
      ref={button}
      type="button"
      class="account"
      aria-haspopup="menu"
      aria-expanded={menuIsOpenAt(button.current)}
      onClick={(event) => openMenu(event.currentTarget, nav.account, menu)}
    >
      <span class="visually-hidden">{nav.account}: </span>
      <Avatar name={me.username} />
      <span class="account-name truncate">{me.username}</span>
      <Icon name="more" />
    </button>
  );
}
