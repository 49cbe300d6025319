import '../styles/uploads.css';
import { useSignal } from '@preact/signals';
import { Icon } from '../components/icon';
import { Progress } from '../components/progress';
import { clearDone, elsewhere, pauseAll, resumeAll, sendings, tally, type Sending } from '../state/uploads';
import { texts } from '../texts';
import { formats } from '../texts/format';
import { ElsewhereRow, SendingRow } from './rows';

const shownAtOnce = 40;
const rank: Record<string, number> = { failed: 0, sending: 1, waiting: 1, paused: 1, queued: 2, done: 3 };
const byRank = (a: Sending, b: Sending) => rank[a.state.value]! - rank[b.state.value]!;

export function UploadPanel() {
  const { uploads } = texts.value;
  const { percent } = formats.value;
  const folded = useSignal(false);
  const { active, held, done, progress } = tally.value;
  const remote = [...elsewhere.value];
  const going = active + remote.length;

  const title = going > 0 ? uploads.summary(going) : held > 0 ? uploads.somePaused(held) : uploads.allDone(done);
  const rows = [...sendings.value].sort(byRank);

  return (
    <section class="uploads" aria-label={uploads.title}>
      <header>
        <h2 class="truncate">{title}</h2>
        {active > 0 && <span class="soft">{percent(progress)}</span>}
        {active > 0 && (
          <button type="button" class="icon-button small" aria-label={uploads.pauseAll} title={uploads.pauseAll} onClick={pauseAll}>
            <Icon name="pause" size={18} />
          </button>
        )}
        {active === 0 && held > 0 && (
          <button type="button" class="icon-button small" aria-label={uploads.resumeAll} title={uploads.resumeAll} onClick={resumeAll}>
            <Icon name="play" size={18} />
          </button>
        )}
        <button
          type="button"
          class="icon-button small"
          aria-label={folded.value ? uploads.expand : uploads.collapse}
          aria-expanded={!folded.value}
          onClick={() => (folded.value = !folded.value)}
        >
          <Icon name={folded.value ? 'up' : 'down'} size={18} />
        </button>
        {going === 0 && held === 0 && (
          <button type="button" class="icon-button small" aria-label={uploads.clear} onClick={clearDone}>
            <Icon name="close" size={18} />
          </button>
        )}
      </header>
      {folded.value && active > 0 && <Progress label={title} value={progress} />}
      {!folded.value && (
        <ul>
          {remote.map(([id, { sent, total }]) => (
            <ElsewhereRow key={id} id={id} sent={sent} total={total} />
          ))}
          {rows.slice(0, shownAtOnce).map((sending) => (
            <SendingRow key={sending.key} sending={sending} />
          ))}
          {rows.length > shownAtOnce && <li class="small soft">{uploads.andMore(rows.length - shownAtOnce)}</li>}
        </ul>
      )}
    </section>
  );
}
