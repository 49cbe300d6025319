import '../styles/shares.css';
import type { ReceivedShare } from '@kingshare/client';
import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Dialog } from '../components/dialog';
import { DialogFoot } from '../components/dialog-foot';
import { EmptyState } from '../components/empty-state';
import { LoadError } from '../components/load-error';
import { FileTile } from '../components/file-tile';
import { Icon } from '../components/icon';
import { ListEnd } from '../components/list-end';
import { Loading } from '../components/loading';
import { FileName } from '../components/file-name';
import { PageHead } from '../components/page';
import { Problem } from '../components/problem';
import { toast } from '../components/toast';
import { errorMessage } from '../state/client';
import { leaveShare, received } from '../state/shares';
import { texts } from '../texts';
import { formats, now } from '../texts/format';

const leaving = signal<ReceivedShare | null>(null);

export function Received() {
  useEffect(() => {
    if (received.state.peek() === 'idle') void received.load();
  }, []);
  const { received: t } = texts.value;
  return (
    <>
      <PageHead title={t.title} text={t.text} />
      <Content />
      {leaving.value && <LeaveDialog share={leaving.value} onClose={() => (leaving.value = null)} />}
    </>
  );
}

function Content() {
  const { received: t } = texts.value;
  const state = received.state.value;
  const all = received.items.value;
  if (state === 'failed') return <LoadError title={t.loadFailed} retry={() => void received.load()} />;
  if (all.length === 0 && state !== 'ready') return <Loading />;
  if (all.length === 0) {
    return (
      <EmptyState icon="inbox" title={t.emptyTitle}>
        <p>{t.emptyText}</p>
      </EmptyState>
    );
  }
  return (
    <>
      <ul class="share-list">
        {all.map((share) => (
          <Item key={share.share_id} share={share} />
        ))}
      </ul>
      <ListEnd of={received} />
    </>
  );
}

function LeaveDialog({ share, onClose }: { share: ReceivedShare; onClose: () => void }) {
  const { received: t } = texts.value;
  const problem = useSignal<string | undefined>(undefined);
  const leave = async () => {
    try {
      await leaveShare(share.share_id);
      toast(t.left(share.filename), { tone: 'good' });
      onClose();
    } catch (error) {
      problem.value = errorMessage(error);
    }
  };
  return (
    <Dialog narrow title={t.leaveTitle} onClose={onClose}>
      <p>{t.leaveText(share.owner, share.filename)}</p>
      <Problem>{problem.value}</Problem>
      <DialogFoot onCancel={onClose} action={t.leave} onAction={leave} tone="danger" autofocus="cancel" />
    </Dialog>
  );
}

function Item({ share }: { share: ReceivedShare }) {
  const { received: t, shares } = texts.value;
  const { bytes, agoShort, moment, number } = formats.value;
  const left = share.max_downloads === null ? null : Math.max(0, share.max_downloads - share.download_count);
  return (
    <li class="share-item">
      <FileTile filename={share.filename} />
      <div class="share-main">
        <FileName of={share.filename} />
        <ul class="share-facts">
          <li>
            {t.from(share.owner)} · {bytes(share.size)} · {agoShort(share.created_at, now.value)}
          </li>
          {share.expires_at && (
            <li>
              <Icon name="clock" size={16} />
              {shares.ends(moment(share.expires_at))}
            </li>
          )}
          {left !== null && (
            <li>
              <Icon name="download" size={16} />
              {t.downloadsLeft(number(left), left)}
            </li>
          )}
          {share.has_password && (
            <li>
              <Icon name="lock" size={16} />
              {shares.protected}
            </li>
          )}
        </ul>
      </div>
      <div class="share-actions">
        <button type="button" class="button small quiet" aria-label={t.leaveNamed(share.filename)} onClick={() => (leaving.value = share)}>
          <Icon name="close" size={18} />
          <span class="wide-only">{t.leave}</span>
        </button>
        <a class="button small" href={share.url} target="_blank" rel="noopener" aria-label={`${t.open}: ${share.filename}`}>
          <Icon name="eye" size={18} />
          {t.open}
        </a>
      </div>
    </li>
  );
}
