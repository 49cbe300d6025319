import { useEffect } from 'preact/hooks';
import { Stream, useOnlooker } from '../activity/stream';
import { ConnectionSign } from '../activity/connection';
import { Empty } from '../components/empty';
import { PageHead } from '../components/page';
import { complete, deeds, markSeen } from '../state/activity';
import { texts } from '../texts';

export function Activity() {
  useOnlooker();
  useEffect(() => markSeen, []);
  const { activity: t } = texts.value;
  return (
    <>
      <PageHead title={t.title} text={t.text} actions={<ConnectionSign />} />
      {!complete.value && <p class="callout">{t.incomplete}</p>}
      {deeds.value.length > 0 ? (
        <Stream limit={300} days />
      ) : (
        <Empty icon="activity" title={t.emptyTitle}>
          <p>{t.emptyText}</p>
        </Empty>
      )}
    </>
  );
}
