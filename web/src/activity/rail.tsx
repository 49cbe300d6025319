import { withBase } from '../base';
import { Avatar } from '../components/avatar';
import { activityItems } from '../state/activity';
import { online } from '../state/people';
import { texts } from '../texts';
import { ConnectionStatus } from './connection';
import { ActivityList, useActivityViewer } from './activity-list';

/** The sidebar on wide screens: recent activity and online users. */
export function Rail() {
  useActivityViewer();
  const { activity: t, people: p } = texts.value;

  return (
    <aside class="rail" aria-label={t.live}>
      <section class="rail-activity">
        <header class="rail-head">
          <h2>{t.title}</h2>
          <ConnectionStatus />
        </header>
        {activityItems.value.length > 0 ? <ActivityList limit={9} /> : <p class="small soft">{t.emptyText}</p>}
        {activityItems.value.length > 9 && (
          <a class="small" href={withBase('/activity')}>
            {t.all}
          </a>
        )}
      </section>
      <section>
        <h2>{p.title}</h2>
        {online.value.length > 0 ? (
          <ul class="rail-people">
            {online.value.slice(0, 8).map(({ user_id, username }) => (
              <li key={user_id}>
                <Avatar small name={username} online />
                <span class="truncate">{username}</span>
              </li>
            ))}
          </ul>
        ) : (
          <p class="small soft">{p.nobody}</p>
        )}
      </section>
    </aside>
  );
}
