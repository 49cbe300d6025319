import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { retryUntilDone } from '../retry';
import { language, type Language } from '../state/preferences';

const initialLoads: Promise<void>[] = [];

/** Resolves when all texts are loaded in the user's language, to render without a visible switch of language. */
export const textsReady = () => Promise.allSettled(initialLoads);

/** Texts in the current language. English is bundled; other languages are loaded on demand. */
export function translated<T>(english: T, others: Record<Exclude<Language, 'en'>, () => Promise<T>>): ReadonlySignal<T> {
  const texts = signal(english);
  let loading = Promise.resolve();
  effect(() => {
    const wanted = language.value;
    const load = () => (wanted === 'en' ? Promise.resolve(english) : others[wanted]());
    const apply = (loaded: T) => {
      if (language.value === wanted) texts.value = loaded;
    };
    // Wait for one attempt only: the page stays in English until the connection is back.
    loading = load().then(apply, () => void retryUntilDone(load).then(apply));
  });
  initialLoads.push(loading);
  return texts;
}
