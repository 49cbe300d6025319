import '../styles/uploads.css';
import { useSignal } from '@preact/signals';
import { Icon } from '../components/icon';
import { Progress } from '../components/progress';
import { remoteUploads } from '../state/unfinished-uploads';
import { clearDone, pauseAll, resumeAll, uploadItems, uploadTotals, type UploadItem } from '../state/uploads';
import { texts } from '../texts';
import { formats } from '../texts/format';
import { RemoteUploadRow, UploadRow } from './rows';

const maxRows = 40;
const rank: Record<string, number> = { failed: 0, sending: 1, waiting: 1, paused: 1, queued: 2, done: 3 };
const byState = (a: UploadItem, b: UploadItem) => rank[a.state.value]! - rank[b.state.value]!;

export function UploadPanel() {
  const { uploads } = texts.value;
  const { percent } = formats.value;
  const isCollapsed = useSignal(false);
  const { active, paused, done, failed, progress } = uploadTotals.value;
  const remote = [...remoteUploads.value];
  const activeCount = active + remote.length;

  const title =
    activeCount > 0
      ? uploads.summary(activeCount)
      : paused > 0
        ? uploads.somePaused(paused)
        : failed > 0
          ? uploads.someFailed(failed)
          : uploads.allDone(done);
  const rows = [...uploadItems.value].sort(byState);

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
        {active === 0 && paused > 0 && (
          <button type="button" class="icon-button small" aria-label={uploads.resumeAll} title={uploads.resumeAll} onClick={resumeAll}>
            <Icon name="play" size={18} />
          </button>
        )}
        <button
          type="button"
          class="icon-button small"
          aria-label={isCollapsed.value ? uploads.expand : uploads.collapse}
          aria-expanded={!isCollapsed.value}
          onClick={() => (isCollapsed.value = !isCollapsed.value)}
        >
          <Icon name={isCollapsed.value ? 'up' : 'down'} size={18} />
        </button>
        {activeCount === 0 && paused === 0 && (
          <button type="button" class="icon-button small" aria-label={uploads.clear} onClick={clearDone}>
            <Icon name="close" size={18} />
          </button>
        )}
      </header>
      {isCollapsed.value && active > 0 && <Progress label={title} value={progress} />}
      {!isCollapsed.value && (
        <ul>
          {remote.map(([id, { sent, total }]) => (
            <RemoteUploadRow key={id} id={id} sent={sent} total={total} />
          ))}
          {rows.slice(0, maxRows).map((item) => (
            <UploadRow key={item.key} item={item} />
          ))}
          {rows.length > maxRows && <li class="small soft">{uploads.andMore(rows.length - maxRows)}</li>}
        </ul>
      )}
    </section>
  );
}
