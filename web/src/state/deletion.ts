import { dismissToast, toast } from '../components/toast';
import { texts } from '../texts';
import { formats } from '../texts/format';
import { retryUntilDone } from '../retry';
import { client, errorMessage, isUnavailable, isError } from './client';
import { files, type FileRow } from './files';
import { linkCounts, readSharesOf, shares } from './shares';
import { onTabMessage, broadcastToTabs } from './tab-messages';

const undoPeriod = 8_000;
const deletionPeriod = 2_000;
/** Number of files in one deletion whose links are read if not all links are loaded. */
const maxLinkReads = 10;
const pendingDeletions = new Set<() => Promise<unknown>>();

function setHidden(ids: readonly string[], isHidden: boolean) {
  const next = new Set(files.hidden.value);
  for (const id of ids) {
    if (isHidden) next.add(id);
    else next.delete(id);
  }
  files.hidden.value = next;
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
  const countLinks = () => ids.reduce((sum, id) => sum + (linkCounts.peek().get(id) ?? 0), 0);

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
  const warn = (linkCount: number, duration: number) =>
    toast([t.deleting(label, rows.length), linkCount > 0 && t.linksEnd(linkCount)].filter(Boolean).join(' '), {
      action: undoable,
      duration,
    });
  const start = Date.now();
  const knownLinks = countLinks();
  let toastId = warn(knownLinks, undoPeriod);
  if (shares.hasMore.peek() && ids.length <= maxLinkReads) {
    // Links that are not loaded end, too.
    void Promise.all(ids.map(readSharesOf))
      .then(() => {
        if (countLinks() === knownLinks || !pendingDeletions.has(removeNow) || isDelayed) return;
        dismissToast(toastId);
        toastId = warn(countLinks(), undoPeriod - (Date.now() - start));
      })
      .catch(() => {});
  }
}

/** Deletes all pending files at once, before sign-out; undo is no longer possible. */
export const flushDeletions = () => Promise.all([...pendingDeletions].map((removeNow) => removeNow()));

/** Hides the files that other tabs delete, and finishes our own deletions when the tab closes. */
export function startDeletion() {
  // If the other tab crashes, the files reappear after a timeout.
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
  addEventListener('pagehide', () => void flushDeletions());
}
