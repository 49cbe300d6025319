import '../styles/activity.css';
import { useEffect } from 'preact/hooks';
import { Icon } from '../components/icon';
import { activityItems, unseenCount, markSeen, activityViewers, type ActivityItem } from '../state/activity';
import { texts } from '../texts';
import { formats, now } from '../texts/format';
import { describeItem } from './describe-item';

/** Marks the activity as visible while the component is mounted, even if the list is empty: new events then count as seen. */
export function useActivityViewer() {
  useEffect(() => {
    activityViewers.value++;
    return () => void activityViewers.value--;
  }, []);
}

/** The activity list, newest first, with unseen items marked. */
export function ActivityList({ limit, days = false }: { limit: number; days?: boolean }) {
  const visibleItems = activityItems.value.slice(0, limit);
  return (
    <>
      <UnseenNotice />
      {days ? (
        byDay(visibleItems).map(([day, items]) => (
          <section key={day} class="day">
            <h2>{day}</h2>
            <ItemList of={items} />
          </section>
        ))
      ) : (
        <ItemList of={visibleItems} />
      )}
    </>
  );
}

function UnseenNotice() {
  const { activity: t } = texts.value;
  if (unseenCount.value === 0) return null;
  return (
    <div class="missed" role="status">
      <strong>{t.missed(unseenCount.value)}</strong>
      <button type="button" class="link-button" onClick={markSeen}>
        {t.read}
      </button>
    </div>
  );
}

const ItemList = ({ of: items }: { of: readonly ActivityItem[] }) => (
  <ol class="deeds">
    {items.map((item) => (
      <ItemRow key={item.id} item={item} />
    ))}
  </ol>
);

function ItemRow({ item }: { item: ActivityItem }) {
  const { activity: t } = texts.value;
  const { agoShort, moment } = formats.value;
  const { icon, text, tone } = describeItem(item);
  return (
    <li class={item.unseen ? `deed ${tone} fresh` : `deed ${tone}`}>
      <span class="deed-icon">
        <Icon name={icon} size={16} />
      </span>
      <p>
        {item.unseen && <span class="visually-hidden">{t.new} </span>}
        <TextWithBold text={text} bold={item.filename} />{' '}
        <time dateTime={item.time} title={moment(item.time)}>
          {agoShort(item.time, now.value)}
        </time>
      </p>
    </li>
  );
}

/** Renders `text` with the file name in bold. */
function TextWithBold({ text, bold }: { text: string; bold: string | undefined }) {
  const at = bold ? text.indexOf(bold) : -1;
  if (!bold || at < 0) return <>{text}</>;
  return (
    <>
      {text.slice(0, at)}
      <b>{bold}</b>
      {text.slice(at + bold.length)}
    </>
  );
}

function byDay(items: readonly ActivityItem[]): [string, ActivityItem[]][] {
  const { activity: t } = texts.value;
  const dayOf = (time: number) => new Date(time).toDateString();
  const today = dayOf(now.value);
  const yesterday = dayOf(now.value - 86_400_000);
  const days = new Map<string, ActivityItem[]>();
  for (const item of items) {
    const day = dayOf(Date.parse(item.time));
    const name = day === today ? t.today : day === yesterday ? t.yesterday : formats.value.weekday(item.time);
    days.set(name, [...(days.get(name) ?? []), item]);
  }
  return [...days];
}
