import '../styles/activity.css';
import { useEffect } from 'preact/hooks';
import { Avatar } from '../components/avatar';
import { EmptyState } from '../components/empty-state';
import { LoadError } from '../components/load-error';
import { countOf, ListEnd } from '../components/list-end';
import { Loading } from '../components/loading';
import { PageHead } from '../components/page';
import { online, others, people } from '../state/people';
import { texts } from '../texts';
import { formats, now } from '../texts/format';

export function People() {
  useEffect(() => {
    if (people.state.peek() === 'idle') void people.load();
  }, []);
  const { people: t } = texts.value;
  const count = online.value.length;
  return (
    <>
      <PageHead
        title={t.title}
        text={
          <span role="status">{count > 0 ? t.count(countOf(formats.value.number(count), people.hasMore.value), count) : t.nobody}</span>
        }
      />
      <Content />
    </>
  );
}

function Content() {
  const { people: t } = texts.value;
  const { ago } = formats.value;
  const state = people.state.value;
  if (state === 'failed') return <LoadError title={t.loadFailed} retry={() => void people.load()} />;
  if (others.value.length === 0 && state !== 'ready') return <Loading />;
  if (others.value.length === 0) {
    return (
      <EmptyState icon="people" title={t.emptyTitle}>
        <p>{t.emptyText}</p>
      </EmptyState>
    );
  }
  return (
    <>
      <ul class="people">
        {others.value.map((person) => (
          <li key={person.user_id}>
            <Avatar name={person.username} online={person.online} />
            <div class="truncate">
              <div class="person-name truncate">{person.username}</div>
              <div class="small soft truncate">
                {person.online ? t.here : person.last_seen ? t.lastSeen(ago(person.last_seen, now.value)) : t.never}
              </div>
            </div>
          </li>
        ))}
      </ul>
      <ListEnd of={people} />
    </>
  );
}
