import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { language, type Language } from '../state/preferences';

/** The texts in the language of the moment. English comes with the page, others when they are asked for. */
export function translated<T>(english: T, others: Record<Exclude<Language, 'en'>, () => Promise<T>>): ReadonlySignal<T> {
  const texts = signal(english);
  effect(() => {
    const wanted = language.value;
    if (wanted === 'en') {
      texts.value = english;
      return;
    }
    void others[wanted]().then((loaded) => {
      if (language.value === wanted) texts.value = loaded;
    });
  });
  return texts;
}
