import type { ComponentChildren } from 'preact';
import { Icon } from './icon';

/** The error message above a form; renders nothing if it is empty. */
export function Problem({ children }: { children: ComponentChildren }) {
  if (!children) return null;
  return (
    <p class="callout bad" role="alert">
      <Icon name="alert" />
      {children}
    </p>
  );
}
