import { prefetch } from '../chunks/import-chunk';
import { retryUntilDone } from '../retry';

type Load = () => Promise<unknown>;
const chunks: { load: Load; admin: boolean }[] = [];

export const registerChunk = (load: Load, { admin = false } = {}) => void chunks.push({ load, admin });

const whenIdle: (work: () => void) => void =
  typeof requestIdleCallback === 'function' ? (work) => requestIdleCallback(work, { timeout: 300 }) : (work) => setTimeout(work, 100);

const whenLoaded = (work: () => void) => {
  if (document.readyState === 'complete') work();
  else addEventListener('load', work, { once: true });
};

/**
 * Prefetches all chunks into the browser's cache, sequentially, so that the page keeps working if the connection is lost later.
 */
export function prefetchChunks(isAdmin: boolean) {
  const allowed = chunks.filter(({ admin }) => isAdmin || !admin);
  const fetchAll = async () => {
    for (const { load } of allowed) await retryUntilDone(() => prefetch(load));
  };
  whenLoaded(() => whenIdle(() => void fetchAll()));
}
