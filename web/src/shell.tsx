import type { Me } from '@kingshare/client';
import { signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { under } from './base';
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
import { lazy } from './parts/lazy';
import { prefetchParts } from './parts/prefetch';
import { memberPages } from './pages';
import { NotFound } from './pages/not-found';
import { FileDialogs } from './files/file-dialogs';
import { forgetActivity, freshCount } from './state/activity';
import { settleDeletions } from './state/deletion';
import { explain } from './state/client';
import { leave } from './state/session';
import { used } from './state/usage';
import { texts } from './texts';
import { formats } from './texts/format';
import { DropZone } from './uploads/drop-zone';

const asksPassword = signal(false);
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
  const roomy = useMedia('(min-width: 1240px)');
  const isAdmin = me.role === 'admin';
  useEffect(() => prefetchParts(isAdmin), [isAdmin]);
  const withRail = roomy && allowed?.name !== 'activity';
  return (
    <div class={withRail ? 'shell with-rail' : 'shell'}>
      <a class="skip-link" href="#main">
        {texts.value.common.skip}
      </a>
      <ConnectionBanner />
      <header class="side">
        <a class="brand-link" href={under('/files')}>
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
      {asksPassword.value && <PasswordDialog onClose={() => (asksPassword.value = false)} />}
    </div>
  );
}

function useMedia(query: string): boolean {
  const media = matchMedia(query);
  const matches = useSignal(media.matches);
  useEffect(() => {
    const note = () => (matches.value = media.matches);
    media.addEventListener('change', note);
    return () => media.removeEventListener('change', note);
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
          <a key={path} href={under(path)} aria-current={path === current ? 'page' : undefined}>
            <Icon name={icon} />
            <span class="truncate">{nav[name]}</span>
            {name === 'activity' && freshCount.value > 0 && (
              <span class="badge good" aria-label={nav.news(freshCount.value)}>
                {freshCount.value}
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
  if (me.quota_bytes === 0) return <div class="storage">{storage.used(bytes(used.value))}</div>;
  const label = storage.usedOf(bytes(used.value), bytes(me.quota_bytes));
  return (
    <div class="storage">
      <Progress label={label} value={Math.min(1, used.value / me.quota_bytes)} />
      {label}
    </div>
  );
}

function Account({ me }: { me: Me }) {
  const { nav } = texts.value;
  const button = useRef<HTMLButtonElement>(null);
  const signOut = async (everywhere: boolean) => {
    try {
      await settleDeletions();
      await leave(everywhere, forgetActivity);
    } catch (error) {
      toast(explain(error), { tone: 'bad' });
    }
  };
  const menu = () => (
    <>
      {me.role === 'admin' && (
        <>
          <MenuItem icon="shield" href={under('/admin')}>
            {nav.admin}
          </MenuItem>
          <MenuLine />
        </>
      )}
      <ThemeChoices />
      <LanguageChoices />
      <MenuLine />
      <MenuItem icon="lock" onSelect={() => (asksPassword.value = true)}>
        {texts.value.account.changePassword}
      </MenuItem>
      <MenuItem icon="leave" onSelect={() => void signOut(false)}>
        {nav.signOut}
      </MenuItem>
      <MenuItem icon="shield" onSelect={() => void signOut(true)}>
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
