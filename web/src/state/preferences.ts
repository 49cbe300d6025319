import type { FileOrder } from '@kingshare/client';
import { computed, effect, signal } from '@preact/signals';
import { fileOrders } from './file-order';

export type Theme = 'auto' | 'light' | 'dark';
export type Language = 'en' | 'de';

export const storedSignal = <T extends string>(key: string, allowed: readonly T[], defaultValue: T) => {
  const storedValue = localStorage.getItem(key) as T | null;
  const value = signal(storedValue && allowed.includes(storedValue) ? storedValue : defaultValue);
  effect(() => {
    if (value.value === defaultValue) localStorage.removeItem(key);
    else localStorage.setItem(key, value.value);
  });
  return value;
};

export const theme = storedSignal<Theme>('theme', ['auto', 'light', 'dark'], 'auto');
export const fileOrder = storedSignal<FileOrder>('order', fileOrders, '-created_at');
export const languagePreference = storedSignal<Language | 'auto'>('language', ['auto', 'en', 'de'], 'auto');

const browserLanguage = (): Language => {
  for (const tag of navigator.languages) {
    if (tag.startsWith('de')) return 'de';
    if (tag.startsWith('en')) return 'en';
  }
  return 'en';
};

export const language = computed<Language>(() => (languagePreference.value === 'auto' ? browserLanguage() : languagePreference.value));

effect(() => {
  const root = document.documentElement;
  if (theme.value === 'auto') delete root.dataset.theme;
  else root.dataset.theme = theme.value;
});

effect(() => {
  document.documentElement.lang = language.value;
});
