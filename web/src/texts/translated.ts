import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { persist } from '../parts/persist';
import { language, type Language } from '../state/preferences';

const first: Promise<void>[] = [];

/** Resolves when all texts are loaded in the user's language, to render without a visible switch of language. */
export const textsReady = () => Promise.allSettled(first);

/** Texts in the current language. English is bundled; other languages are loaded on demand. */
export function translated<T>(english: T, others: Record<Exclude<Language, 'en'>, () => Promise<T>>): ReadonlySignal<T> {
  const texts = signal(english);
  let change = Promise.resolve();
  effect(() => {
    const wanted = language.value;
    const load = () => (wanted === 'en' ? Promise.resolve(english) : others[wanted]());
    const show = (loaded: T) => {
      if (language.value === wanted) texts.value = loaded;
    };
    // Wait for one attempt only: the page stays in English until the connection is back.
    change = load().then(show, () => void persist(load).then(show));
  });
  first.push(change);
  return texts;
}
