import type { FileInfo, FileListOptions, FileOrder, LiveEvent } from '@kingshare/client';
import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { collection, type LoadState, type Source } from './collection';
import { matchesSearch, naturalOrder, serverOrder, type FileRow } from './file-order';

const pageSize = 200;

export const rowOf = ({ id, filename, size, created_at }: Pick<FileInfo, 'id' | 'filename' | 'size' | 'created_at'>): FileRow => ({
  id,
  filename,
  size,
  added: Date.parse(created_at),
});

interface Options {
  readPage: (options: FileListOptions) => PromiseLike<{ items: FileInfo[]; next_cursor: string | null }>;
  order: Signal<FileOrder>;
  language: ReadonlySignal<string>;
  /** Milliseconds without typing before a search is sent. */
  searchDelay?: number;
}

/**
 * The user's files as the page shows them. If all of them are loaded, they are searched and sorted here, at once and without a network; else
 * by the server.
 */
export function createFileList({ readPage, order, language, searchDelay = 200 }: Options) {
  const sourceOf = (query: string): Source<FileRow> => {
    const sort = order.peek();
    return {
      async readPage(cursor) {
        const page = await readPage({ limit: pageSize, sort, cursor, ...(query && { query }) });
        return { ...page, items: page.items.map(rowOf) };
      },
      compare: serverOrder(sort),
      compareComplete: naturalOrder(sort, language.peek()),
      ...(query && { includes: matchesSearch(query) }),
    };
  };
  const keyOf = ({ id }: FileRow) => id;
  const all = collection<FileRow>(keyOf, sourceOf(''));
  /** Results of the server for `query`; empty while there is no such search. */
  const found = collection<FileRow>(keyOf, sourceOf(''));
  const collections = [all, found];
  const query = signal('');
  const search = signal('');
  const hidden = signal<ReadonlySet<string>>(new Set());
  let searchTimer: ReturnType<typeof setTimeout> | undefined;

  const searchText = computed(() => search.value.trim());
  const isComplete = computed(() => all.state.value === 'ready' && !all.hasMore.value);
  const isSearchedByServer = computed(() => searchText.value !== '' && !isComplete.value && all.state.value !== 'failed');
  const hasResults = computed(() => query.value === searchText.value && found.state.value === 'ready');

  /** The rows in view, in order. Until the results of a search arrive, the loaded files that match. */
  const visible = computed<readonly FileRow[]>(() => {
    const hiddenIds = hidden.value;
    const text = searchText.value;
    const fromServer = isSearchedByServer.value && query.value !== '';
    const rows = fromServer ? found.items.value : all.items.value;
    const matches = text && !(fromServer && hasResults.value) ? matchesSearch(text) : () => true;
    return !text && hiddenIds.size === 0 ? rows : rows.filter((file) => !hiddenIds.has(file.id) && matches(file));
  });

  const state = computed<LoadState>(() => {
    if (!isSearchedByServer.value || hasResults.value) return all.state.value;
    return query.value === searchText.value && found.state.value === 'failed' ? 'failed' : 'loading';
  });

  const openSearch = () => {
    const rows = visible.peek();
    batch(() => {
      query.value = searchText.peek();
      void found.open(sourceOf(query.peek()), rows);
    });
  };

  const closeSearch = () => {
    query.value = '';
    found.close();
  };

  const put = (file: FileRow) => {
    all.put(file);
    if (query.peek()) found.put(file);
  };
  const remove = (id: string) => {
    for (const list of collections) list.remove(id);
  };

  return {
    visible,
    state,
    /** The list in view, for its further pages. */
    inView: computed(() => (isSearchedByServer.value ? found : all)),
    /** The loaded files of the list without a search. */
    loaded: all.items,
    search: search as ReadonlySignal<string>,
    order: order as ReadonlySignal<FileOrder>,
    /** Ids of files deleted here, but not yet on the server, because undo is still possible. */
    hidden,
    put,
    remove,
    /** Returns a loaded file. */
    find: (id: string) => all.byKey.peek().get(id) ?? found.byKey.peek().get(id),

    load() {
      if (!isSearchedByServer.peek()) return all.load();
      openSearch();
      return Promise.resolve();
    },

    loadIfNeeded() {
      if (all.state.peek() === 'idle' || all.state.peek() === 'failed') void all.load();
    },

    setSearch(text: string) {
      batch(() => {
        search.value = text;
        clearTimeout(searchTimer);
        if (!searchText.peek() || isComplete.peek()) closeSearch();
        else if (searchText.peek() !== query.peek()) searchTimer = setTimeout(openSearch, searchDelay);
      });
    },

    setOrder(next: FileOrder) {
      batch(() => {
        order.value = next;
        if (isComplete.peek()) all.reorder(sourceOf(''));
        else void all.open(sourceOf(''), all.items.peek());
        if (query.peek()) void found.open(sourceOf(query.peek()), found.items.peek());
      });
    },

    onEvent(event: LiveEvent) {
      if (event.type === 'FileUploaded') put(uploadedRow(event as LiveEvent<'FileUploaded'>));
      else if (event.type === 'FileDeleted') remove(event.data.file_id);
    },

    /** Takes the events missed while disconnected, or null if some are lost. */
    onResumed(missed: readonly LiveEvent[] | null) {
      const removedIds = (missed ?? []).filter((event) => event.type === 'FileDeleted').map((event) => event.data.file_id);
      const added = (missed ?? [])
        .filter((event) => event.type === 'FileUploaded')
        .map((event) => uploadedRow(event as LiveEvent<'FileUploaded'>))
        .filter(({ id }) => !removedIds.includes(id));
      for (const list of collections) {
        if (list.state.peek() === 'idle') continue;
        if (!missed) void list.load();
        else {
          list.retryFailed();
          void list.catchUp(added, removedIds);
        }
      }
    },
  };
}

const uploadedRow = ({ data, time }: LiveEvent<'FileUploaded'>): FileRow => ({
  id: data.file_id,
  filename: data.filename,
  size: data.size,
  added: time ? Date.parse(time) : Date.now(),
});
