import type { Share, User } from '@kingshare/client';
import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { Dialog } from '../components/dialog';
import { LoadError } from '../components/load-error';
import { Loading } from '../components/loading';
import { FileName } from '../components/file-name';
import { Problem } from '../components/problem';
import { ShareDetails } from '../share-dialog/share-details';
import { client, errorMessage, isError } from '../state/client';
import { texts } from '../texts';
import { adminTexts } from '../texts/admin';

/** Lists a user's links so that an administrator can revoke them. */
export function LinksDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const t = adminTexts.value.links;
  const shares = useSignal<readonly Share[] | 'failed' | null>(null);
  const problem = useSignal<string | undefined>(undefined);

  const load = async () => {
    try {
      const all: Share[] = [];
      for await (const share of client.shares.list({ owner: user.username, limit: 200 })) all.push(share);
      shares.value = all;
    } catch {
      shares.value = 'failed';
    }
  };
  useEffect(() => void load(), []);

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
    if (Array.isArray(shares.value)) shares.value = shares.value.filter((other) => other.share_id !== share_id);
  };

  const content = () => {
    if (shares.value === 'failed') return <LoadError title={adminTexts.value.loadFailed} retry={() => void load()} />;
    if (!shares.value) return <Loading />;
    if (shares.value.length === 0) return <p class="soft">{t.none}</p>;
    return (
      <ul class="rows">
        {shares.value.map((share) => (
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
    );
  };

  return (
    <Dialog title={t.title(user.username)} onClose={onClose}>
      <Problem>{problem.value}</Problem>
      {content()}
    </Dialog>
  );
}
