const afterLoad = 2_000; // ms, in which the page shows what it was opened for

const parts: { preload: () => void; admin: boolean }[] = [];

export const register = (preload: () => void, { admin = false } = {}) => void parts.push({ preload, admin });

const whenIdle: (work: () => void) => void =
  typeof requestIdleCallback === 'function' ? (work) => requestIdleCallback(work, { timeout: 5_000 }) : (work) => setTimeout(work, 200);

const whenLoaded = (work: () => void) => {
  if (document.readyState === 'complete') work();
  else addEventListener('load', work, { once: true });
};

/** Fetches all parts of the page that are still missing, one in each idle moment, so that a connection that breaks later is not missed. */
export function prefetchParts(isAdmin: boolean) {
  const missing = parts.filter(({ admin }) => isAdmin || !admin);
  const next = () => {
    const part = missing.shift();
    if (!part) return;
    part.preload();
    whenIdle(next);
  };
  whenLoaded(() => setTimeout(() => whenIdle(next), afterLoad));
}
