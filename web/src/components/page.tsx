import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { arrived } from '../router';

/** The heading of a page. It names the window, and takes the focus when one comes here from another page. */
export function Heading({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} · KingShare`;
  }, [children]);
  useEffect(() => {
    if (arrived) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

interface Props {
  title: string;
  text?: ComponentChildren;
  actions?: ComponentChildren;
}

export function PageHead({ title, text, actions }: Props) {
  return (
    <header class="page-head">
      <div>
        <Heading>{title}</Heading>
        {text && <p>{text}</p>}
      </div>
      {actions && <div class="page-actions">{actions}</div>}
    </header>
  );
}
