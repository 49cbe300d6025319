import { prefetch } from './fetch-part';
import { persist } from './persist';

type Load = () => Promise<unknown>;
const parts: { load: Load; admin: boolean }[] = [];

export const register = (load: Load, { admin = false } = {}) => void parts.push({ load, admin });

const whenIdle: (work: () => void) => void =
  typeof requestIdleCallback === 'function' ? (work) => requestIdleCallback(work, { timeout: 300 }) : (work) => setTimeout(work, 100);

const whenLoaded = (work: () => void) => {
  if (document.readyState === 'complete') work();
  else addEventListener('load', work, { once: true });
};

/**
 * Prefetches all parts of the page into the browser's cache, sequentially, so that the page keeps working if the connection is lost later.
 */
export function prefetchParts(isAdmin: boolean) {
  const missing = parts.filter(({ admin }) => isAdmin || !admin);
  const fetchAll = async () => {
    for (const { load } of missing) await persist(() => prefetch(load));
  };
  whenLoaded(() => whenIdle(() => void fetchAll()));
}
