import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { Loading } from './loading';

export type LazyComponent<P> = ComponentType<P> & { preload: () => void };

/** A part that is gone belongs to an older version of the page than the server has by now. */
function reloadOnce() {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (navigation?.type !== 'reload') location.reload();
}

/** A component whose script is fetched when it is first shown, or before. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): LazyComponent<P> {
  const loaded = signal<{ component: ComponentType<P> } | null>(null);
  let asked = false;
  const preload = () => {
    if (asked) return;
    asked = true;
    load().then((component) => (loaded.value = { component }), reloadOnce);
  };
  const Lazy = (props: P) => {
    preload();
    const Component = loaded.value?.component;
    return Component ? <Component {...props} /> : <Loading />;
  };
  return Object.assign(Lazy, { preload });
}
