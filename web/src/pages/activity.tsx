import { useEffect } from 'preact/hooks';
import { ActivityList, useActivityViewer } from '../activity/activity-list';
import { ConnectionStatus } from '../activity/connection';
import { EmptyState } from '../components/empty-state';
import { PageHead } from '../components/page';
import { isComplete, activityItems, markSeen } from '../state/activity';
import { texts } from '../texts';

export function Activity() {
  useActivityViewer();
  useEffect(() => markSeen, []);
  const { activity: t } = texts.value;
  return (
    <>
      <PageHead title={t.title} text={t.text} actions={<ConnectionStatus />} />
      {!isComplete.value && <p class="callout">{t.incomplete}</p>}
      {activityItems.value.length > 0 ? (
        <ActivityList limit={300} days />
      ) : (
        <EmptyState icon="activity" title={t.emptyTitle}>
          <p>{t.emptyText}</p>
        </EmptyState>
      )}
    </>
  );
}
