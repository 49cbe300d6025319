import { signal, type ReadonlySignal } from '@preact/signals';
import { isError } from './client';
import { onResumed } from './live';

export type LoadState = 'idle' | 'loading' | 'ready' | 'failed';

export interface Collection<T> {
  readonly items: ReadonlySignal<ReadonlyMap<string, T>>;
  readonly state: ReadonlySignal<LoadState>;
  /** Loads the complete list, or reloads it. Changes made meanwhile are preserved. */
  load(): Promise<void>;
  put(item: T): void;
  remove(key: string): void;
}

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}
type ReadPage<T> = (cursor: string | undefined) => PromiseLike<Page<T>>;

/** Retries after rate limiting, honouring Retry-After: a long list takes many requests. */
async function withRateLimitRetry<T>(read: () => PromiseLike<T>): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!isError(error, 'RATE_LIMITED')) throw error;
      await new Promise((done) => setTimeout(done, 1000 * Math.max(1, error.retryAfter ?? 1)));
    }
  }
}

/** A list on the server, kept as a map that live events update. */
export function collection<T>(keyOf: (item: T) => string, readPage: ReadPage<T>): Collection<T> {
  const items = signal<ReadonlyMap<string, T>>(new Map());
  const state = signal<LoadState>('idle');
  let changes: Map<string, T | null> | null = null;
  let latestLoad = 0;

  const apply = (to: Map<string, T>, key: string, item: T | null) => (item === null ? to.delete(key) : to.set(key, item));

  const publish = (loaded: ReadonlyMap<string, T>) => {
    const next = new Map(loaded);
    for (const [key, item] of changes ?? []) apply(next, key, item);
    items.value = next;
  };

  const change = (key: string, item: T | null) => {
    changes?.set(key, item);
    if (item === null && !items.value.has(key)) return;
    const next = new Map(items.value);
    apply(next, key, item);
    items.value = next;
  };

  const self: Collection<T> = {
    items,
    state,
    async load() {
      const thisLoad = ++latestLoad;
      const loaded = new Map<string, T>();
      changes = new Map();
      if (state.value !== 'ready') state.value = 'loading';
      try {
        let cursor: string | undefined;
        do {
          const page = await withRateLimitRetry(() => readPage(cursor));
          if (thisLoad !== latestLoad) return;
          for (const item of page.items) loaded.set(keyOf(item), item);
          if (state.value === 'loading') publish(loaded);
          cursor = page.next_cursor ?? undefined;
        } while (cursor !== undefined);
        publish(loaded);
        state.value = 'ready';
      } catch {
        if (thisLoad === latestLoad && state.value === 'loading') state.value = 'failed';
      } finally {
        if (thisLoad === latestLoad) changes = null;
      }
    },
    put: (item) => change(keyOf(item), item),
    remove: (key) => change(key, null),
  };
  // Retry failed loads when the connection is back.
  onResumed(() => {
    if (state.peek() === 'failed') void self.load();
  });
  return self;
}
