import { signal, type ReadonlySignal } from '@preact/signals';

export type LoadState = 'idle' | 'loading' | 'ready' | 'failed';

export interface Collection<T> {
  readonly items: ReadonlySignal<ReadonlyMap<string, T>>;
  readonly state: ReadonlySignal<LoadState>;
  /** Reads all of it, anew if need be. What changes meanwhile is kept. */
  load(): Promise<void>;
  put(item: T): void;
  drop(key: string): void;
  forget(): void;
}

// Longer lists are read at a pace that stays below what a server allows an address.
const pagesAtOnce = 100;
const pace = () => new Promise((done) => setTimeout(done, 30));

/** What the server has a list of, as a map that live events keep true. */
export function collection<T>(keyOf: (item: T) => string, pages: () => AsyncIterable<{ items: T[] }>): Collection<T> {
  const items = signal<ReadonlyMap<string, T>>(new Map());
  const state = signal<LoadState>('idle');
  let changes: Map<string, T | null> | null = null;
  let run = 0;

  const publish = (read: Map<string, T>) => {
    const next = new Map(read);
    for (const [key, item] of changes ?? []) {
      if (item === null) next.delete(key);
      else next.set(key, item);
    }
    items.value = next;
  };

  const change = (key: string, item: T | null) => {
    changes?.set(key, item);
    if (item === null && !items.value.has(key)) return;
    const next = new Map(items.value);
    if (item === null) next.delete(key);
    else next.set(key, item);
    items.value = next;
  };

  return {
    items,
    state,
    async load() {
      const mine = ++run;
      const read = new Map<string, T>();
      changes = new Map();
      if (state.value !== 'ready') state.value = 'loading';
      try {
        let count = 0;
        for await (const page of pages()) {
          if (mine !== run) return;
          for (const item of page.items) read.set(keyOf(item), item);
          if (state.value === 'loading') publish(read);
          if (++count > pagesAtOnce) await pace();
        }
        if (mine !== run) return;
        publish(read);
        state.value = 'ready';
      } catch {
        if (mine === run && state.value === 'loading') state.value = 'failed';
      } finally {
        if (mine === run) changes = null;
      }
    },
    put: (item) => change(keyOf(item), item),
    drop: (key) => change(key, null),
    forget() {
      ++run;
      changes = null;
      items.value = new Map();
      state.value = 'idle';
    },
  };
}
