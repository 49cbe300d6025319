import type { WsStats } from '@kingshare/client';
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Avatar } from '../components/avatar';
import { Icon } from '../components/icon';
import { Loading } from '../components/loading';
import { toast } from '../components/toast';
import { client, errorMessage } from '../state/client';
import { onResumed } from '../state/live';
import { online } from '../state/people';
import { adminTexts } from '../texts/admin';
import { formats } from '../texts/format';
import { LoadError } from '../components/load-error';
import { nameOf, users } from './users-state';

const stats = signal<WsStats | 'failed' | null>(null);

async function loadStats() {
  try {
    stats.value = await client.stats();
  } catch {
    stats.value = 'failed';
  }
}

export function Connections() {
  const t = adminTexts.value.connections;
  const { number } = formats.value;
  useEffect(() => {
    if (users.state.peek() === 'idle') void users.load();
    return onResumed(() => users.retryFailed());
  }, []);
  // Presence changes change the connection counts.
  useEffect(() => void loadStats(), [online.value]);

  if (stats.value === 'failed') return <LoadError title={adminTexts.value.loadFailed} retry={() => void loadStats()} />;
  if (!stats.value) return <Loading />;
  const { total_connections: total, unique_users: people, connections_by_user: byUser } = stats.value;
  const byUserEntries = Object.entries(byUser).sort(([, a], [, b]) => b - a);
  const anonymousCount = total - byUserEntries.reduce((sum, [, n]) => sum + n, 0);

  const cleanUp = async () => {
    try {
      const { removed_connections: removed } = await client.cleanup();
      toast(t.removed(number(removed), removed), { tone: 'good' });
      await loadStats();
    } catch (error) {
      toast(errorMessage(error), { tone: 'bad' });
    }
  };

  return (
    <>
      <dl class="figures" aria-live="polite">
        {(
          [
            [t.total, total],
            [t.people, people],
            [t.strangers, anonymousCount],
          ] as const
        ).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{number(value)}</dd>
          </div>
        ))}
      </dl>
      <div class="part-actions">
        <button type="button" class="button" onClick={() => void loadStats()}>
          <Icon name="retry" size={18} />
          {t.refresh}
        </button>
        <button type="button" class="button" onClick={() => void cleanUp()}>
          <Icon name="trash" size={18} />
          {t.cleanup}
        </button>
      </div>
      <h2>{t.who}</h2>
      {byUserEntries.length === 0 ? (
        <p class="soft">{t.nobody}</p>
      ) : (
        <ul class="rows">
          {byUserEntries.map(([id, connections]) => (
            <li key={id} class="row">
              <Avatar name={nameOf(id) ?? '?'} online />
              <strong class="row-main truncate">{nameOf(id) ?? id}</strong>
              <span class="small soft">{t.windows(number(connections), connections)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
