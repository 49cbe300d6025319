import { dismissToast, toast } from '../components/toast';
import { texts } from '../texts';
import { formats } from '../texts/format';
import { client, explain, isError } from './client';
import { files, hidden, type FileRow } from './files';

const timeToUndo = 8_000;
const unsettled = new Set<() => Promise<unknown>>();

function hide(rows: readonly FileRow[], gone: boolean) {
  const next = new Set(hidden.value);
  for (const { id } of rows) {
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
    toast(`${texts.value.files.deleteFailed(file.filename)} ${explain(error)}`, { tone: 'bad' });
  }
}

/** The files are out of sight at once; the server deletes them when the time to undo it is over, or the window closes. */
export function deleteFiles(rows: readonly FileRow[]) {
  const { files: t, common } = texts.value;
  const what = rows.length === 1 ? rows[0]!.filename : formats.value.number(rows.length);

  const stop = () => {
    clearTimeout(timer);
    unsettled.delete(removeAtOnce);
    dismissToast(shown);
  };
  const removeInTurn = async () => {
    stop();
    for (const file of rows) await remove(file);
    hide(rows, false);
  };
  const removeAtOnce = () => {
    stop();
    return Promise.all(rows.map(remove));
  };
  const undo = () => {
    stop();
    hide(rows, false);
  };

  hide(rows, true);
  unsettled.add(removeAtOnce);
  const timer = setTimeout(removeInTurn, timeToUndo);
  const shown = toast(t.deleting(what, rows.length), { action: { label: common.undo, run: undo }, lasts: timeToUndo });
}

/** For whoever leaves: nothing can be undone any more. */
export const settleDeletions = () => Promise.all([...unsettled].map((removeAtOnce) => removeAtOnce()));

addEventListener('pagehide', () => void settleDeletions());
