import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { Loading } from './loading';

/** A component whose script is fetched when it is first shown. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const loaded = signal<{ component: ComponentType<P> } | null>(null);
  let asked = false;
  return function Lazy(props: P) {
    if (!asked) {
      asked = true;
      load().then(
        (component) => (loaded.value = { component }),
        () => location.reload(), // a newer version of the page is there, and this one's parts are gone
      );
    }
    const Component = loaded.value?.component;
    return Component ? <Component {...props} /> : <Loading />;
  };
}
