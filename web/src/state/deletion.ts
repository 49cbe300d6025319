import { dismissToast, toast } from '../components/toast';
import { texts } from '../texts';
import { formats } from '../texts/format';
import { persist } from '../parts/persist';
import { client, explain, isAway, isError } from './client';
import { files, hidden, type FileRow } from './files';
import { linksOf } from './shares';
import { onTold, tellWindows } from './windows';

const timeToUndo = 8_000;
const timeToDelete = 2_000;
const unsettled = new Set<() => Promise<unknown>>();

function hide(ids: readonly string[], gone: boolean) {
  const next = new Set(hidden.value);
  for (const id of ids) {
    if (gone) next.add(id);
    else next.delete(id);
  }
  hidden.value = next;
}

async function remove(file: FileRow) {
  try {
    await client.files.remove(file.id, { keepalive: true });
    files.drop(file.id);
  } catch (error) {
    if (isError(error, 'NOT_FOUND')) return;
    if (isAway(error)) throw error;
    toast(`${texts.value.files.deleteFailed(file.filename)} ${explain(error)}`, { tone: 'bad' });
  }
}

/** Hides the files at once. The server deletes them when the time to undo is over, or the window closes. */
export function deleteFiles(rows: readonly FileRow[]) {
  const { files: t, common } = texts.value;
  const what = rows.length === 1 ? rows[0]!.filename : formats.value.number(rows.length);
  const ids = rows.map(({ id }) => id);
  const links = ids.reduce((sum, id) => sum + (linksOf.peek().get(id) ?? 0), 0);

  const stop = () => {
    clearTimeout(timer);
    unsettled.delete(removeAtOnce);
    dismissToast(shown);
  };
  let undone = false;
  let told = false;
  const undo = () => {
    undone = true;
    stop();
    hide(ids, false);
    tellWindows({ kept: ids });
  };
  const undoable = { label: common.undo, run: undo };
  const removeInTurn = async () => {
    dismissToast(shown);
    for (const file of rows) {
      const attempt = async () => undone || (await remove(file));
      await persist(attempt, () => {
        if (told) return;
        told = true;
        dismissToast(shown);
        shown = toast(t.deletingLater(what, rows.length), { tone: 'warning', action: undoable, lasts: 0 });
      });
    }
    if (undone) return;
    stop();
    hide(ids, false);
  };
  const removeAtOnce = () => {
    stop();
    return Promise.all(rows.map((file) => remove(file).catch(() => {})));
  };

  hide(ids, true);
  tellWindows({ deleting: ids });
  unsettled.add(removeAtOnce);
  const timer = setTimeout(removeInTurn, timeToUndo);
  let shown = toast([t.deleting(what, rows.length), links > 0 && t.linksEnd(links)].filter(Boolean).join(' '), { action: undoable, lasts: timeToUndo });
}

// Deletions by another window of this browser. If that window crashes, the files reappear after a timeout.
const returns = new Map<string, ReturnType<typeof setTimeout>>();
onTold((change) => {
  if ('kept' in change) {
    clearTimeout(returns.get(change.kept.join()));
    hide(change.kept, false);
  } else if ('deleting' in change) {
    const ids = change.deleting;
    hide(ids, true);
    returns.set(
      ids.join(),
      setTimeout(() => hide(ids, false), timeToUndo + timeToDelete),
    );
  }
});

/** Deletes all pending files at once, before sign-out; undo is no longer possible. */
export const settleDeletions = () => Promise.all([...unsettled].map((removeAtOnce) => removeAtOnce()));

addEventListener('pagehide', () => void settleDeletions());
