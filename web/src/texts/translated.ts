import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { persist } from '../parts/persist';
import { language, type Language } from '../state/preferences';

const first: Promise<void>[] = [];

/** All texts so far are in the language that one reads; a page that waits for this does not change before one's eyes. */
export const textsReady = () => Promise.allSettled(first);

/** The texts in the language of the moment. English comes with the page, others when they are asked for. */
export function translated<T>(english: T, others: Record<Exclude<Language, 'en'>, () => Promise<T>>): ReadonlySignal<T> {
  const texts = signal(english);
  let change = Promise.resolve();
  effect(() => {
    const wanted = language.value;
    const load = () => (wanted === 'en' ? Promise.resolve(english) : others[wanted]());
    const show = (loaded: T) => {
      if (language.value === wanted) texts.value = loaded;
    };
    // The page does not wait longer than for one attempt: it is English until the connection is back.
    change = load().then(show, () => void persist(load).then(show));
  });
  first.push(change);
  return texts;
}
