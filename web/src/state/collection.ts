import { batch, computed, signal, type ReadonlySignal } from '@preact/signals';

export type LoadState = 'idle' | 'loading' | 'ready' | 'failed';

interface Page<T> {
  items: T[];
  /** Cursor of the next page; null on the last page. */
  next_cursor: string | null;
}

/** A list on the server, in one order and with one filter. */
export interface Source<T> {
  readPage: (cursor: string | undefined) => PromiseLike<Page<T>>;
  /** The server's order. Places changed items among the loaded ones. */
  compare: (a: T, b: T) => number;
  /** The order of a list that fits into one page. Default: `compare`. */
  compareComplete?: (a: T, b: T) => number;
  /** Returns whether the list contains the item. Default: it contains every item. */
  includes?: (item: T) => boolean;
}

/**
 * The first pages of a list on the server. `loadMore` adds the next one. Changes that live events report are applied to the loaded part;
 * items after it arrive with their page.
 */
export interface Collection<T> {
  /** The loaded items, in the order of the list. */
  readonly items: ReadonlySignal<readonly T[]>;
  readonly byKey: ReadonlySignal<ReadonlyMap<string, T>>;
  readonly state: ReadonlySignal<LoadState>;
  /** Whether the server has items after the loaded ones. */
  readonly hasMore: ReadonlySignal<boolean>;
  readonly nextPage: ReadonlySignal<'idle' | 'loading' | 'failed'>;
  /** Loads the first page. If the list is ready, reads the loaded pages again. Preserves changes made meanwhile. */
  load(): Promise<void>;
  /** Loads the next page, after a load in progress. No-op if there is none, or if it is being loaded. */
  loadMore(): Promise<void>;
  /** Reads the first page of a long list again and puts its items. */
  refreshFirstPage(): Promise<void>;
  /** Repeats the failed requests. Called when the connection is back. */
  retryFailed(): void;
  /** Loads another list. Shows `interim` until its first page arrives. */
  open(source: Source<T>, interim?: readonly T[]): Promise<void>;
  /** Sorts a complete list by another order, without a request. */
  reorder(source: Source<T>): void;
  /** Forgets the list and its items. */
  close(): void;
  /** Adds or replaces an item. An item after the loaded part, or excluded by the filter, is not kept. */
  put(item: T): void;
  /** Adds or replaces an item, even if it comes after the loaded part. */
  keep(item: T): void;
  remove(key: string): void;
  /** Applies changes that the list may include already: removes, and reads the list again if an added item is missing. */
  catchUp(added: readonly T[], removedKeys: readonly string[]): Promise<void>;
}

/** Retries after rate limiting, honouring Retry-After. */
async function withRateLimitRetry<T>(read: () => PromiseLike<T>): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const { code, retryAfter } = error as { code?: string; retryAfter?: number };
      if (code !== 'RATE_LIMITED') throw error;
      await new Promise((done) => setTimeout(done, 1000 * Math.max(1, retryAfter ?? 1)));
    }
  }
}

interface Change<T> {
  item: T | null;
  /** Whether to keep an item after the loaded part. */
  always: boolean;
}

export function collection<T>(keyOf: (item: T) => string, initialSource: Source<T>): Collection<T> {
  const items = signal<readonly T[]>([]);
  const byKey = computed(() => new Map(items.value.map((item) => [keyOf(item), item])));
  const state = signal<LoadState>('idle');
  const nextPage = signal<'idle' | 'loading' | 'failed'>('idle');
  const cursor = signal<string | null>(null);
  let source = initialSource;
  let compare = source.compare;
  /** Last item of the last page; null if the list is complete. */
  let lastLoaded: T | null = null;
  /** Changes during the request in flight, by key; null if there is none. */
  let changes: Map<string, Change<T>> | null = null;
  /** Increases with each load: answers to earlier requests are dropped. */
  let generation = 0;
  /** The latest load of the list or its first page. */
  let loading: Promise<void> = Promise.resolve();
  /** Whether the last load failed, so that the items may be outdated. */
  let isStale = false;

  const isWithinLoaded = (item: T) => lastLoaded === null || compare(item, lastLoaded) <= 0;
  const isIncluded = (item: T) => source.includes?.(item) ?? true;

  const indexFor = (list: readonly T[], item: T) => {
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(list[middle]!, item) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const withChange = (list: readonly T[], key: string, { item, always }: Change<T>) => {
    const others = list.filter((other) => keyOf(other) !== key);
    const added = item !== null && isIncluded(item) && (always || isWithinLoaded(item));
    if (added) others.splice(indexFor(others, item), 0, item);
    else if (others.length === list.length) return list;
    return others;
  };

  const change = (key: string, how: Change<T>) => {
    changes?.set(key, how);
    items.value = withChange(items.value, key, how);
  };

  const publish = (loaded: readonly T[], last: T | undefined, next: string | null) =>
    batch(() => {
      lastLoaded = next === null ? null : (last ?? lastLoaded);
      cursor.value = next;
      let list = loaded;
      for (const [key, how] of changes ?? []) list = withChange(list, key, how);
      items.value = list;
    });

  /** Runs the request; returns its result, or null if another load has begun. Throws unless `thisLoad` is outdated. */
  const readPage = async (at: string | undefined, thisLoad: number) => {
    try {
      const page = await withRateLimitRetry(() => source.readPage(at));
      return thisLoad === generation ? page : null;
    } catch (error) {
      if (thisLoad === generation) throw error;
      return null;
    }
  };

  const readList = async () => {
    const thisLoad = ++generation;
    // A page that is being loaded is read again, too.
    const wanted = state.peek() === 'ready' ? items.peek().length + Number(nextPage.peek() === 'loading') : 0;
    const loaded: T[] = [];
    changes = new Map();
    isStale = false;
    nextPage.value = 'idle';
    if (state.peek() !== 'ready') state.value = 'loading';
    try {
      let next: string | undefined;
      let pages = 0;
      do {
        const page = await readPage(next, thisLoad);
        if (!page) return;
        loaded.push(...page.items);
        next = page.next_cursor ?? undefined;
        ++pages;
      } while (next !== undefined && loaded.length < wanted);
      const fitsIntoOnePage = next === undefined && pages === 1;
      compare = (fitsIntoOnePage && source.compareComplete) || source.compare;
      batch(() => {
        publish(compare === source.compare ? loaded : loaded.sort(compare), loaded.at(-1), next ?? null);
        state.value = 'ready';
      });
    } catch {
      if (state.peek() === 'loading') state.value = 'failed';
      isStale = true;
    }
    changes = null;
  };

  const load = () => {
    loading = readList();
    return loading;
  };

  const whenLoaded = async () => {
    let latest: Promise<void>;
    do {
      latest = loading;
      await latest;
    } while (latest !== loading);
  };

  const loadMore = async () => {
    if (nextPage.peek() === 'loading') return;
    if (changes) await whenLoaded();
    const at = cursor.peek();
    if (at === null || changes) return;
    const thisLoad = generation;
    changes = new Map();
    nextPage.value = 'loading';
    try {
      const page = await readPage(at, thisLoad);
      if (!page) return;
      const arrived = new Set(page.items.map(keyOf));
      const others = items.peek().filter((item) => !arrived.has(keyOf(item)));
      // Items that were kept although they come after the loaded part must not stay before this page.
      const before = others.filter(isWithinLoaded);
      const after = others.filter((item) => !isWithinLoaded(item));
      batch(() => {
        const list = [...before, ...page.items];
        for (const item of after) list.splice(indexFor(list, item), 0, item);
        publish(list, page.items.at(-1), page.next_cursor);
        nextPage.value = 'idle';
      });
    } catch {
      nextPage.value = 'failed';
    }
    changes = null;
  };

  const readFirstPage = async () => {
    const thisLoad = generation;
    const changed = new Map<string, Change<T>>();
    changes = changed;
    try {
      const page = await readPage(undefined, thisLoad);
      if (!page) return;
      batch(() => {
        for (const item of page.items) if (!changed.has(keyOf(item))) change(keyOf(item), { item, always: false });
      });
    } catch {
      isStale = true;
    }
    changes = null;
  };

  const refreshFirstPage = () => {
    if (state.peek() !== 'ready' || changes) return load();
    loading = readFirstPage();
    return loading;
  };

  const reset = (nextSource: Source<T>, list: readonly T[]) => {
    ++generation;
    source = nextSource;
    compare = source.compare;
    changes = null;
    publish(list, undefined, null);
    nextPage.value = 'idle';
    state.value = 'idle';
  };

  return {
    items,
    byKey,
    state,
    hasMore: computed(() => cursor.value !== null),
    nextPage,
    load,
    loadMore,
    refreshFirstPage,
    retryFailed() {
      if (isStale && state.peek() !== 'idle') void load();
      else if (nextPage.peek() === 'failed') void loadMore();
    },
    open: (nextSource, interim = []) =>
      batch(() => {
        reset(nextSource, interim);
        return load();
      }),
    reorder(nextSource) {
      source = nextSource;
      compare = source.compareComplete ?? source.compare;
      items.value = [...items.peek()].sort(compare);
    },
    close: () => batch(() => reset(source, [])),
    put: (item) => change(keyOf(item), { item, always: false }),
    keep: (item) => change(keyOf(item), { item, always: true }),
    remove: (key) => change(key, { item: null, always: false }),
    async catchUp(added, removedKeys) {
      await whenLoaded();
      for (const key of removedKeys) change(key, { item: null, always: false });
      const isMissing = (item: T) => isIncluded(item) && isWithinLoaded(item) && !byKey.peek().has(keyOf(item));
      if (state.peek() === 'ready' && added.some(isMissing)) await load();
    },
  };
}
