import { languagePreference, theme, type Theme } from '../state/preferences';
import { texts } from '../texts';
import { Icon } from './icon';
import { MenuItem, MenuLabel, menuIsOpenAt, openMenu } from './menu';
import { useRef } from 'preact/hooks';

const themeIcons = { auto: 'settings', light: 'sun', dark: 'moon' } as const;

export function ThemeChoices() {
  const { nav } = texts.value;
  return (
    <>
      <MenuLabel>{nav.theme}</MenuLabel>
      {(['auto', 'light', 'dark'] as const satisfies readonly Theme[]).map((choice) => (
        <MenuItem key={choice} icon={themeIcons[choice]} chosen={theme.value === choice} onSelect={() => (theme.value = choice)}>
          {nav.themes[choice]}
        </MenuItem>
      ))}
    </>
  );
}

export function LanguageChoices() {
  const { nav } = texts.value;
  return (
    <>
      <MenuLabel>{nav.language}</MenuLabel>
      {(['auto', 'en', 'de'] as const).map((choice) => (
        <MenuItem key={choice} chosen={languagePreference.value === choice} onSelect={() => (languagePreference.value = choice)}>
          {nav.languages[choice]}
        </MenuItem>
      ))}
    </>
  );
}

/** Theme and language selection, for pages without an account menu. */
export function Choices() {
  const { nav } = texts.value;
  const themeButton = useRef<HTMLButtonElement>(null);
  const languageButton = useRef<HTMLButtonElement>(null);
  return (
    <div class="door-foot">
      <button
        ref={themeButton}
        type="button"
        class="icon-button"
        aria-label={nav.theme}
        aria-haspopup="menu"
        aria-expanded={menuIsOpenAt(themeButton.current)}
        onClick={(event) => openMenu(event.currentTarget, nav.theme, () => <ThemeChoices />)}
      >
        <Icon name="sun" />
      </button>
      <button
        ref={languageButton}
        type="button"
        class="icon-button"
        aria-label={nav.language}
        aria-haspopup="menu"
        aria-expanded={menuIsOpenAt(languageButton.current)}
        onClick={(event) => openMenu(event.currentTarget, nav.language, () => <LanguageChoices />)}
      >
        <Icon name="globe" />
      </button>
    </div>
  );
}
