import type { Share, User } from '@kingshare/client';
import { useEffect, useMemo } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { Dialog } from '../components/dialog';
import { LoadError } from '../components/load-error';
import { ListEnd } from '../components/list-end';
import { Loading } from '../components/loading';
import { FileName } from '../components/file-name';
import { Problem } from '../components/problem';
import { ShareDetails } from '../share-dialog/share-details';
import { client, errorMessage, isError } from '../state/client';
import { collection } from '../state/collection';
import { onResumed } from '../state/live';
import { newestFirst } from '../state/share-lists';
import { texts } from '../texts';
import { adminTexts } from '../texts/admin';

const sharesOf = ({ username }: User) =>
  collection<Share>((share) => share.share_id, {
    readPage: (cursor) => client.shares.list({ owner: username, limit: 200, cursor }),
    compare: newestFirst,
  });

/** Lists a user's links so that an administrator can revoke them. */
export function LinksDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const t = adminTexts.value.links;
  const shares = useMemo(() => sharesOf(user), [user.id]);
  const problem = useSignal<string | undefined>(undefined);

  useEffect(() => {
    void shares.load();
    return onResumed(() => shares.retryFailed());
  }, [shares]);

  const end = async ({ share_id }: Share) => {
    problem.value = undefined;
    try {
      await client.shares.revoke(share_id);
    } catch (error) {
      if (!isError(error, 'NOT_FOUND')) {
        problem.value = errorMessage(error);
        return;
      }
    }
    shares.remove(share_id);
  };

  const content = () => {
    if (shares.state.value === 'failed') return <LoadError title={adminTexts.value.loadFailed} retry={() => void shares.load()} />;
    if (shares.state.value !== 'ready') return <Loading />;
    if (shares.items.value.length === 0 && !shares.hasMore.value) return <p class="soft">{t.none}</p>;
    return (
      <>
        <ul class="rows">
          {shares.items.value.map((share) => (
            <li key={share.share_id} class="row">
              <div class="row-main">
                <div class="row-title">
                  <FileName of={share.filename} />
                  {share.state !== 'active' && <span class="badge warning">{texts.value.shares.states[share.state]}</span>}
                </div>
                <ShareDetails share={share} />
              </div>
              <button type="button" class="button small" aria-label={t.endNamed(share.filename)} onClick={() => void end(share)}>
                {t.end}
              </button>
            </li>
          ))}
        </ul>
        <ListEnd of={shares} />
      </>
    );
  };

  return (
    <Dialog title={t.title(user.username)} onClose={onClose}>
      <Problem>{problem.value}</Problem>
      {content()}
    </Dialog>
  );
}
