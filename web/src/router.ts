import { computed, signal } from '@preact/signals';
import { withBase, withoutBase } from './base';

const currentUrl = signal(new URL(location.href));

export const path = computed(() => withoutBase(currentUrl.value.pathname));
export const fragment = computed(() => new URLSearchParams(currentUrl.value.hash.slice(1)));
export const query = computed(() => currentUrl.value.searchParams);

export function navigate(to: string, { replace = false } = {}) {
  const target = new URL(to.startsWith('/') ? withBase(to) : to, location.href);
  if (target.href === location.href) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', target);
  currentUrl.value = target;
  if (!replace) scrollTo(0, 0);
}

/** Starts client-side navigation for ordinary links to the paths in `owned`. */
export function startRouter(ownPaths: ReadonlySet<string>) {
  addEventListener('popstate', () => {
    currentUrl.value = new URL(location.href);
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest('a');
    if (
      !link ||
      link.target ||
      link.hasAttribute('download') ||
      link.origin !== location.origin ||
      !ownPaths.has(withoutBase(link.pathname))
    )
      return;
    event.preventDefault();
    navigate(link.href);
  });
}
