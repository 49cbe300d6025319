import { signal, type ReadonlySignal } from '@preact/signals';
import type { ComponentChildren, ComponentType } from 'preact';
import { Loading } from '../components/loading';
import { PartGone } from './fetch-part';
import { persist } from './persist';
import { register } from './prefetch';
import { Waiting } from './waiting';

export type PartState = 'loading' | 'ready' | 'unreachable' | 'gone';
export type LazyComponent<P> = ComponentType<P> & { preload: () => void; state: ReadonlySignal<PartState> };

interface Options<P> {
  /** Wraps the placeholder until the part is loaded. */
  frame?: (props: P & { children: ComponentChildren }) => ComponentChildren;
  /** For administrators only; other users do not prefetch it. */
  admin?: boolean;
  /** Whether to prefetch it before first use. */
  beforehand?: boolean;
}

/**
 * A component with its script loaded on first render, or prefetched.
 *
 * On failure it waits for the connection. The page is never reloaded for this, since a reload would lose selections and typed text.
 */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>, { frame, admin = false, beforehand = true }: Options<P> = {}): LazyComponent<P> {
  const loaded = signal<{ component: ComponentType<P> } | null>(null);
  const state = signal<PartState>('loading');
  let asked = false;
  const preload = () => {
    if (asked) return;
    asked = true;
    void persist(load, (error) => (state.value = error instanceof PartGone ? 'gone' : 'unreachable')).then((component) => {
      loaded.value = { component };
      state.value = 'ready';
    });
  };
  if (beforehand) register(load, { admin });
  const Lazy = (props: P) => {
    preload();
    const Component = loaded.value?.component;
    if (Component) return <Component {...props} />;
    const sign = state.value === 'unreachable' || state.value === 'gone' ? <Waiting why={state.value} /> : <Loading />;
    return <>{frame ? frame({ ...props, children: sign }) : sign}</>;
  };
  return Object.assign(Lazy, { preload, state });
}
