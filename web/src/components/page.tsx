import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

let isFirst = true;

/** The page heading. Sets the window title, and takes the focus on navigation but not on the initial load. */
export function Heading({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} · KingShare`;
  }, [children]);
  useEffect(() => {
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
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
