import { withBase } from '../base';
import '../styles/shares.css';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { EmptyState } from '../components/empty-state';
import { LoadError } from '../components/load-error';
import { countOf, ListEnd } from '../components/list-end';
import { Loading } from '../components/loading';
import { PageHead } from '../components/page';
import { Tabs } from '../components/tabs';
import { ShareDialogs } from '../shares/share-dialogs';
import { ShareItem } from '../shares/share-item';
import { shares } from '../state/shares';
import { texts } from '../texts';
import { formats } from '../texts/format';

export function Shares() {
  useEffect(() => {
    if (shares.state.peek() === 'idle') void shares.load();
  }, []);
  const { shares: t } = texts.value;
  return (
    <>
      <PageHead title={t.title} text={t.text} />
      <Content />
      <ShareDialogs />
    </>
  );
}

function Content() {
  const { shares: t } = texts.value;
  const tab = useSignal<'living' | 'ended'>('living');
  const state = shares.state.value;
  const all = shares.items.value;

  if (state === 'failed') return <LoadError title={t.loadFailed} retry={() => void shares.load()} />;
  if (all.length === 0 && state !== 'ready') return <Loading />;
  if (all.length === 0) {
    return (
      <EmptyState icon="link" title={t.emptyTitle}>
        <p>{t.emptyText}</p>
        <a class="button primary" href={withBase('/files')}>
          {t.toFiles}
        </a>
      </EmptyState>
    );
  }

  const active = all.filter((share) => share.state === 'active');
  const ended = all.filter((share) => share.state !== 'active');
  const rows = tab.value === 'living' ? active : ended;
  const tabs = [
    { key: 'living', title: <CountedTitle name={t.living} count={active.length} /> },
    { key: 'ended', title: <CountedTitle name={t.ended} count={ended.length} /> },
  ] as const;
  return (
    <Tabs label={t.title} tabs={tabs} chosen={tab.value} onChoose={(key) => (tab.value = key)}>
      {rows.length > 0 ? (
        <ul class="share-list">
          {rows.map((share) => (
            <ShareItem key={share.share_id} share={share} />
          ))}
        </ul>
      ) : (
        !shares.hasMore.value && <p class="nothing">{tab.value === 'living' ? t.noneLiving : t.noneEnded}</p>
      )}
      <ListEnd of={shares} />
    </Tabs>
  );
}

const CountedTitle = ({ name, count }: { name: string; count: number }) => (
  <>
    {name} <span class="soft">{countOf(formats.value.number(count), shares.hasMore.value)}</span>
  </>
);
