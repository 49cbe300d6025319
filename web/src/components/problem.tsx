import type { ComponentChildren } from 'preact';
import { Icon } from './icon';

/** What went wrong, above the form that it is about; nothing where nothing did. */
export function Problem({ children }: { children: ComponentChildren }) {
  if (!children) return null;
  return (
    <p class="callout bad" role="alert">
      <Icon name="alert" />
      {children}
    </p>
  );
}
