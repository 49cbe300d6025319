import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon, type IconName } from './icon';

interface Open {
  anchor: HTMLElement;
  label: string;
  content: () => ComponentChildren;
}

const current = signal<Open | null>(null);

export const openMenu = (anchor: HTMLElement, label: string, content: () => ComponentChildren) => {
  current.value = current.value?.anchor === anchor ? null : { anchor, label, content };
};

export const menuIsOpenAt = (anchor: HTMLElement | null) => anchor !== null && current.value?.anchor === anchor;

function close(restoreFocus: boolean) {
  const anchor = current.value?.anchor;
  current.value = null;
  if (restoreFocus) anchor?.focus();
}

const items = (menu: HTMLElement) => [...menu.querySelectorAll<HTMLElement>('[role^=menuitem]')];

function positionMenu(menu: HTMLElement, anchor: HTMLElement) {
  const viewportMargin = 8;
  const anchorRect = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = anchorRect.bottom + 4;
  const top = below + height + viewportMargin <= innerHeight ? below : Math.max(viewportMargin, anchorRect.top - height - 4);
  const left = anchorRect.left + width + viewportMargin <= innerWidth ? anchorRect.left : anchorRect.right - width;
  menu.style.top = `${top}px`;
  menu.style.left = `${Math.max(viewportMargin, left)}px`;
}

/** Hosts the menu. At most one is open at a time. */
export function MenuHost() {
  const menu = useRef<HTMLDivElement>(null);
  const open = current.value;

  useLayoutEffect(() => {
    const element = menu.current;
    if (!open || !element) return;
    element.showPopover();
    positionMenu(element, open.anchor);
    items(element)[0]?.focus();
    const dismiss = () => close(false);
    const outside = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!element.contains(target) && !open.anchor.contains(target)) dismiss();
    };
    document.addEventListener('pointerdown', outside, true);
    addEventListener('scroll', dismiss, { passive: true });
    addEventListener('resize', dismiss);
    return () => {
      document.removeEventListener('pointerdown', outside, true);
      removeEventListener('scroll', dismiss);
      removeEventListener('resize', dismiss);
    };
  }, [open]);

  if (!open) return null;

  const onKeyDown = (event: KeyboardEvent) => {
    const all = items(menu.current!);
    const index = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: index + 1, ArrowUp: index - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all[to % all.length]?.focus();
    else if (event.key === 'Escape') close(true);
    else if (event.key === 'Tab') return close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <section aria-label={open.label}>
      <div ref={menu} class="menu" role="menu" popover="manual" aria-label={open.label} onKeyDown={onKeyDown} onClick={() => close(true)}>
        {open.content()}
      </div>
    </section>
  );
}

interface ItemProps {
  icon?: IconName;
  danger?: boolean;
  chosen?: boolean;
  href?: string;
  download?: boolean;
  onSelect?: () => void;
  children: ComponentChildren;
}

export function MenuItem({ icon, danger, chosen, href, download, onSelect, children }: ItemProps) {
  const content = (
    <>
      {icon && <Icon name={icon} size={18} />}
      <span class="truncate">{children}</span>
      {chosen && (
        <span class="mark">
          <Icon name="check" size={16} />
        </span>
      )}
    </>
  );
  const className = danger ? 'menu-item danger' : 'menu-item';
  if (href) {
    return (
      <a class={className} role="menuitem" tabIndex={-1} href={href} download={download}>
        {content}
      </a>
    );
  }
  const choice = chosen === undefined ? { role: 'menuitem' as const } : { role: 'menuitemradio' as const, 'aria-checked': chosen };
  return (
    <button type="button" class={className} {...choice} tabIndex={-1} onClick={onSelect}>
      {content}
    </button>
  );
}

export const MenuLabel = ({ children }: { children: ComponentChildren }) => (
  <div class="menu-label" role="presentation">
    {children}
  </div>
);
export const MenuLine = () => <div class="menu-line" role="separator" />;
