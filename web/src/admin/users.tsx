import type { User } from '@kingshare/client';
import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Avatar } from '../components/avatar';
import { EmptyState } from '../components/empty-state';
import { Icon } from '../components/icon';
import { countOf, ListEnd } from '../components/list-end';
import { Loading } from '../components/loading';
import { MenuItem, MenuLine, openMenu } from '../components/menu';
import { onResumed } from '../state/live';
import { people } from '../state/people';
import { me } from '../state/session';
import { texts } from '../texts';
import { adminTexts } from '../texts/admin';
import { formats, now } from '../texts/format';
import { LoadError } from '../components/load-error';
import { Invitations } from './invitations';
import { InviteDialog } from './invite-dialog';
import { LinksDialog } from './links-dialog';
import { ResetDialog } from './reset-dialog';
import { QuotaDialog, RemoveDialog } from './user-dialogs';
import { updateUserWithToast, users } from './users-state';

const dialog = signal<{ name: 'invite' } | { name: 'quota' | 'remove' | 'reset' | 'links'; user: User } | null>(null);
const close = () => (dialog.value = null);

export function Users() {
  const t = adminTexts.value.users;
  const search = useSignal('');
  useEffect(() => {
    if (users.state.peek() !== 'loading') void users.load();
    if (people.state.peek() === 'idle') void people.load();
    const stop = onResumed(() => void users.load());
    return () => {
      stop();
      close();
    };
  }, []);

  const all = users.items.value;
  const searchText = search.value.trim().toLowerCase();
  const found = all.filter((user) => user.username.includes(searchText));
  const state = users.state.value;
  if (state === 'failed') return <LoadError title={adminTexts.value.loadFailed} retry={() => void users.load()} />;
  if (all.length === 0) return <Loading />;
  return (
    <>
      <div class="toolbar">
        <div class="search" role="search">
          <Icon name="search" size={18} />
          <input
            class="input"
            type="search"
            aria-label={t.search}
            placeholder={t.search}
            value={search.value}
            onInput={(event) => (search.value = event.currentTarget.value)}
          />
        </div>
        <p class="soft small" role="status">
          {t.count(countOf(formats.value.number(found.length), users.hasMore.value), found.length)}
        </p>
        <button type="button" class="button primary" onClick={() => (dialog.value = { name: 'invite' })}>
          <Icon name="plus" size={18} />
          {t.invite}
        </button>
      </div>
      {found.length === 0 ? (
        !users.hasMore.value && <EmptyState icon="search" title={t.nobody} />
      ) : (
        <ul class="rows">
          {found.map((user) => (
            <UserRow key={user.id} user={user} />
          ))}
        </ul>
      )}
      <ListEnd of={users} />
      <Invitations />
      {dialog.value?.name === 'invite' && <InviteDialog onClose={close} />}
      {dialog.value?.name === 'quota' && <QuotaDialog user={dialog.value.user} onClose={close} />}
      {dialog.value?.name === 'reset' && <ResetDialog user={dialog.value.user} onClose={close} />}
      {dialog.value?.name === 'links' && <LinksDialog user={dialog.value.user} onClose={close} />}
      {dialog.value?.name === 'remove' && <RemoveDialog user={dialog.value.user} onClose={close} />}
    </>
  );
}

function UserRow({ user }: { user: User }) {
  const t = adminTexts.value.users;
  const { bytes, ago } = formats.value;
  const isMe = user.id === me()?.id;
  const used = bytes(user.used_bytes);
  const isOnline = isMe || (people.byKey.value.get(user.id)?.online ?? false);
  const seen = isOnline ? texts.value.people.here : user.last_seen ? t.here(ago(user.last_seen, now.value)) : t.never;

  const menu = () => (
    <>
      <MenuItem icon="archive" onSelect={() => (dialog.value = { name: 'quota', user })}>
        {t.setQuota}
      </MenuItem>
      <MenuItem icon="link" onSelect={() => (dialog.value = { name: 'links', user })}>
        {t.links}
      </MenuItem>
      {!isMe && (
        <>
          <MenuItem icon="retry" onSelect={() => (dialog.value = { name: 'reset', user })}>
            {t.resetPassword}
          </MenuItem>
          <MenuItem icon="shield" onSelect={() => void updateUserWithToast(user, { role: user.role === 'admin' ? 'user' : 'admin' })}>
            {user.role === 'admin' ? t.makeUser : t.makeAdmin}
          </MenuItem>
          <MenuItem icon="lock" onSelect={() => void updateUserWithToast(user, { disabled: !user.disabled })}>
            {user.disabled ? t.letIn : t.shutOut}
          </MenuItem>
          <MenuLine />
          <MenuItem icon="trash" danger onSelect={() => (dialog.value = { name: 'remove', user })}>
            {t.remove}
          </MenuItem>
        </>
      )}
    </>
  );

  return (
    <li class={user.disabled ? 'row faded' : 'row'}>
      <Avatar name={user.username} online={isOnline} />
      <div class="row-main">
        <div class="row-title">
          <strong class="truncate">{user.username}</strong>
          {isMe && <span class="badge">{t.you}</span>}
          {user.role === 'admin' && <span class="badge good">{t.admin}</span>}
          {user.disabled && <span class="badge bad">{t.disabled}</span>}
        </div>
        <p class="small soft truncate">{seen}</p>
      </div>
      <div class="row-side small soft">
        <span>{user.quota_bytes > 0 ? t.usedOf(used, bytes(user.quota_bytes)) : t.used(used)}</span>
        {user.quota_bytes > 0 && <meter min={0} max={1} value={Math.min(1, user.used_bytes / user.quota_bytes)} aria-hidden="true" />}
      </div>
      <button
        type="button"
        class="icon-button"
        aria-label={t.more(user.username)}
        aria-haspopup="menu"
        onClick={(event) => openMenu(event.currentTarget, t.more(user.username), menu)}
      >
        <Icon name="more" />
      </button>
    </li>
  );
}
