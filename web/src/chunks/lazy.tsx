import { signal, type ReadonlySignal } from '@preact/signals';
import type { ComponentChildren, ComponentType } from 'preact';
import { Loading } from '../components/loading';
import { ChunkGone } from '../chunks/import-chunk';
import { retryUntilDone } from '../retry';
import { registerChunk } from './prefetch';
import { ChunkPlaceholder } from './placeholder';

export type ChunkState = 'loading' | 'ready' | 'unreachable' | 'gone';
export type LazyComponent<P> = ComponentType<P> & { preload: () => void; state: ReadonlySignal<ChunkState> };

interface Options<P> {
  /** Wraps the placeholder until the chunk is loaded. */
  frame?: (props: P & { children: ComponentChildren }) => ComponentChildren;
  /** For administrators only; other users do not prefetch it. */
  admin?: boolean;
  /** Whether to prefetch it before first use. */
  prefetched?: boolean;
}

/**
 * A component with its script loaded on first render, or prefetched.
 *
 * On failure it waits for the connection. The page is never reloaded for this, since a reload would lose selections and typed text.
 */
export function lazy<P extends object>(
  load: () => Promise<ComponentType<P>>,
  { frame, admin = false, prefetched = true }: Options<P> = {},
): LazyComponent<P> {
  const loaded = signal<{ component: ComponentType<P> } | null>(null);
  const state = signal<ChunkState>('loading');
  let isLoading = false;
  const preload = () => {
    if (isLoading) return;
    isLoading = true;
    void retryUntilDone(load, (error) => (state.value = error instanceof ChunkGone ? 'gone' : 'unreachable')).then((component) => {
      loaded.value = { component };
      state.value = 'ready';
    });
  };
  if (prefetched) registerChunk(load, { admin });
  const Lazy = (props: P) => {
    preload();
    const Component = loaded.value?.component;
    if (Component) return <Component {...props} />;
    const placeholder = state.value === 'unreachable' || state.value === 'gone' ? <ChunkPlaceholder reason={state.value} /> : <Loading />;
    return <>{frame ? frame({ ...props, children: placeholder }) : placeholder}</>;
  };
  return Object.assign(Lazy, { preload, state });
}
