import '../styles/activity.css';
import { useEffect } from 'preact/hooks';
import { Icon } from '../components/icon';
import { deeds, freshCount, markSeen, onlookers, type Deed } from '../state/activity';
import { texts } from '../texts';
import { formats, now } from '../texts/format';
import { tell } from './sentence';

/** Marks the activity as visible while the component is mounted, even if the list is empty: new events then count as seen. */
export function useOnlooker() {
  useEffect(() => {
    onlookers.value++;
    return () => void onlookers.value--;
  }, []);
}

/** The activity list, newest first, with unseen items marked. */
export function Stream({ limit, days = false }: { limit: number; days?: boolean }) {
  const shown = deeds.value.slice(0, limit);
  return (
    <>
      <Missed />
      {days ? (
        byDay(shown).map(([day, some]) => (
          <section key={day} class="day">
            <h2>{day}</h2>
            <Deeds of={some} />
          </section>
        ))
      ) : (
        <Deeds of={shown} />
      )}
    </>
  );
}

function Missed() {
  const { activity: t } = texts.value;
  if (freshCount.value === 0) return null;
  return (
    <div class="missed" role="status">
      <strong>{t.missed(freshCount.value)}</strong>
      <button type="button" class="link-button" onClick={markSeen}>
        {t.read}
      </button>
    </div>
  );
}

const Deeds = ({ of: some }: { of: readonly Deed[] }) => (
  <ol class="deeds">
    {some.map((deed) => (
      <DeedLine key={deed.id} deed={deed} />
    ))}
  </ol>
);

function DeedLine({ deed }: { deed: Deed }) {
  const { activity: t } = texts.value;
  const { agoShort, moment } = formats.value;
  const { icon, text, tone } = tell(deed);
  return (
    <li class={deed.fresh ? `deed ${tone} fresh` : `deed ${tone}`}>
      <span class="deed-icon">
        <Icon name={icon} size={16} />
      </span>
      <p>
        {deed.fresh && <span class="visually-hidden">{t.new} </span>}
        <Marked text={text} part={deed.filename} />{' '}
        <time dateTime={deed.time} title={moment(deed.time)}>
          {agoShort(deed.time, now.value)}
        </time>
      </p>
    </li>
  );
}

/** Renders `text` with the file name in bold. */
function Marked({ text, part }: { text: string; part: string | undefined }) {
  const at = part ? text.indexOf(part) : -1;
  if (!part || at < 0) return <>{text}</>;
  return (
    <>
      {text.slice(0, at)}
      <b>{part}</b>
      {text.slice(at + part.length)}
    </>
  );
}

function byDay(some: readonly Deed[]): [string, Deed[]][] {
  const { activity: t } = texts.value;
  const dayOf = (time: number) => new Date(time).toDateString();
  const today = dayOf(now.value);
  const yesterday = dayOf(now.value - 86_400_000);
  const days = new Map<string, Deed[]>();
  for (const deed of some) {
    const day = dayOf(Date.parse(deed.time));
    const name = day === today ? t.today : day === yesterday ? t.yesterday : formats.value.weekday(deed.time);
    days.set(name, [...(days.get(name) ?? []), deed]);
  }
  return [...days];
}
