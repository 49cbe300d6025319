import { dismissToast, toast } from '../components/toast';
import { texts } from '../texts';
import { formats } from '../texts/format';
import { retryUntilDone } from '../retry';
import { client, errorMessage, isUnavailable, isError } from './client';
import { files, hidden, type FileRow } from './files';
import { linkCounts } from './shares';
import { onTabMessage, broadcastToTabs } from './tab-messages';

const undoPeriod = 8_000;
const deletionPeriod = 2_000;
const pendingDeletions = new Set<() => Promise<unknown>>();

function setHidden(ids: readonly string[], isHidden: boolean) {
  const next = new Set(hidden.value);
  for (const id of ids) {
    if (isHidden) next.add(id);
    else next.delete(id);
  }
  hidden.value = next;
}

async function remove(file: FileRow) {
  try {
    await client.files.remove(file.id, { keepalive: true });
    files.remove(file.id);
  } catch (error) {
    if (isError(error, 'NOT_FOUND')) return;
    if (isUnavailable(error)) throw error;
    toast(`${texts.value.files.deleteFailed(file.filename)} ${errorMessage(error)}`, { tone: 'bad' });
  }
}

/** Hides the files at once. The server deletes them when the time to undo is over, or the tab closes. */
export function deleteFiles(rows: readonly FileRow[]) {
  const { files: t, common } = texts.value;
  const label = rows.length === 1 ? rows[0]!.filename : formats.value.number(rows.length);
  const ids = rows.map(({ id }) => id);
  const linkCount = ids.reduce((sum, id) => sum + (linkCounts.peek().get(id) ?? 0), 0);

  const stop = () => {
    clearTimeout(timer);
    pendingDeletions.delete(removeNow);
    dismissToast(toastId);
  };
  let isUndone = false;
  let isDelayed = false;
  const undo = () => {
    isUndone = true;
    stop();
    setHidden(ids, false);
    broadcastToTabs({ restored: ids });
  };
  const undoable = { label: common.undo, run: undo };
  const removeOneByOne = async () => {
    dismissToast(toastId);
    for (const file of rows) {
      const attempt = async () => isUndone || (await remove(file));
      await retryUntilDone(attempt, () => {
        if (isDelayed) return;
        isDelayed = true;
        dismissToast(toastId);
        toastId = toast(t.deletingLater(label, rows.length), { tone: 'warning', action: undoable, duration: 0 });
      });
    }
    if (isUndone) return;
    stop();
    setHidden(ids, false);
  };
  const removeNow = () => {
    stop();
    return Promise.all(rows.map((file) => remove(file).catch(() => {})));
  };

  setHidden(ids, true);
  broadcastToTabs({ deleting: ids });
  pendingDeletions.add(removeNow);
  const timer = setTimeout(removeOneByOne, undoPeriod);
  let toastId = toast([t.deleting(label, rows.length), linkCount > 0 && t.linksEnd(linkCount)].filter(Boolean).join(' '), {
    action: undoable,
    duration: undoPeriod,
  });
}

// Deletions by another tab of this browser. If that tab crashes, the files reappear after a timeout.
const restoreTimers = new Map<string, ReturnType<typeof setTimeout>>();
onTabMessage((message) => {
  if ('restored' in message) {
    clearTimeout(restoreTimers.get(message.restored.join()));
    setHidden(message.restored, false);
  } else if ('deleting' in message) {
    const ids = message.deleting;
    setHidden(ids, true);
    restoreTimers.set(
      ids.join(),
      setTimeout(() => setHidden(ids, false), undoPeriod + deletionPeriod),
    );
  }
});

/** Deletes all pending files at once, before sign-out; undo is no longer possible. */
export const flushDeletions = () => Promise.all([...pendingDeletions].map((removeNow) => removeNow()));

addEventListener('pagehide', () => void flushDeletions());
