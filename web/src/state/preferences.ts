import { computed, effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';
export type Language = 'en' | 'de';

export const stored = <T extends string>(key: string, allowed: readonly T[], otherwise: T) => {
  const found = localStorage.getItem(key) as T | null;
  const value = signal(found && allowed.includes(found) ? found : otherwise);
  effect(() => {
    if (value.value === otherwise) localStorage.removeItem(key);
    else localStorage.setItem(key, value.value);
  });
  return value;
};

export const theme = stored<Theme>('theme', ['auto', 'light', 'dark'], 'auto');
export const chosenLanguage = stored<Language | 'auto'>('language', ['auto', 'en', 'de'], 'auto');

const ofBrowser = (): Language => {
  for (const tag of navigator.languages) {
    if (tag.startsWith('de')) return 'de';
    if (tag.startsWith('en')) return 'en';
  }
  return 'en';
};

export const language = computed<Language>(() => (chosenLanguage.value === 'auto' ? ofBrowser() : chosenLanguage.value));

effect(() => {
  const root = document.documentElement;
  if (theme.value === 'auto') delete root.dataset.theme;
  else root.dataset.theme = theme.value;
});

effect(() => {
  document.documentElement.lang = language.value;
});
