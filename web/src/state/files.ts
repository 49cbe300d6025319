import { client } from './client';
import { createFileList, rowOf } from './file-list';
import { onEvent, onResumed } from './live';
import { fileOrder, language } from './preferences';
import { broadcastToTabs, onTabMessage } from './tab-messages';

export type { FileRow } from './file-order';

export const files = createFileList({
  readPage: (options) => client.files.list(options),
  order: fileOrder,
  language,
});

/** Returns the name as the server normalized it. */
export async function rename(id: string, filename: string): Promise<string> {
  const renamed = rowOf(await client.files.rename(id, filename));
  files.put(renamed);
  broadcastToTabs({ renamed });
  return renamed.filename;
}

/** Keeps the list up to date with the server and the other tabs. */
export function startFiles() {
  onEvent(files.onEvent);
  onResumed(files.onResumed);
  onTabMessage((message) => {
    if ('renamed' in message) files.put(message.renamed);
  });
}
