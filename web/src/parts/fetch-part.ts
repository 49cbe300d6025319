/**
 * Replaces Vite's preload helper behind every `import()` of the page (vite.config.ts).
 *
 * A browser may cache a failed module fetch for the lifetime of the page (Chromium does so after a 502), and Vite never requests a failed
 * stylesheet again. Therefore all files of a part are first fetched into the browser's cache; the import begins once all have arrived.
 */
const fetched = new Map<string, Promise<void>>();
const styled = new Map<string, Promise<void>>();
let onlyFetch = false;

/** The server no longer has the file: it was upgraded since this page was loaded. */
export class PartGone extends Error {
  override readonly name = 'PartGone';
}

class Prefetched extends Error {}

export async function fetchPart<T>(load: () => Promise<T>, files: readonly string[] = [], importer: string = location.href): Promise<T> {
  const withoutImport = onlyFetch;
  const urls = new Set(files.map((file) => new URL(file, importer).href));
  // `files` is empty for a part with a single file; its name is in the import call.
  const own = /import\(\s*["'`]([^"'`]+)/.exec(String(load))?.[1];
  if (own) urls.add(new URL(own, import.meta.url).href);
  const missing = [...urls].filter((url) => !isHere(url));
  await Promise.all(missing.map((url) => once(fetched, url, fetchWhole)));
  if (withoutImport) throw new Prefetched();
  await Promise.all(missing.filter(isStyle).map((url) => once(styled, url, addStyle)));
  return load();
}

/** Fetches all files that `load` would import, without executing them. */
export async function prefetch(load: () => Promise<unknown>): Promise<void> {
  onlyFetch = true;
  const loading = load();
  onlyFetch = false;
  await loading.catch((error: unknown) => {
    if (!(error instanceof Prefetched)) throw error;
  });
}

/** Runs `work` once per URL. A failed result is removed, so that the next caller retries. */
function once(results: Map<string, Promise<void>>, url: string, work: (url: string) => Promise<void>): Promise<void> {
  let result = results.get(url);
  if (!result) {
    result = work(url);
    results.set(url, result);
    result.catch(() => results.delete(url));
  }
  return result;
}

const isStyle = (url: string) => url.endsWith('.css');

const isHere = (url: string) =>
  [...document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>('script[src], link[href]')].some(
    (element) => ('src' in element ? element.src : element.href) === url,
  );

async function fetchWhole(url: string): Promise<void> {
  const answer = await fetch(url);
  if (answer.status === 404) throw new PartGone(url);
  // A failing proxy may answer 200 with an error page.
  if (!answer.ok || !answer.headers.get('Content-Type')?.includes(isStyle(url) ? 'css' : 'javascript')) throw new Error(`${url}: ${answer.status}`);
  await answer.arrayBuffer();
}

function addStyle(href: string): Promise<void> {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  return new Promise((done, fail) => {
    link.onload = () => done();
    link.onerror = () => {
      link.remove();
      fail(new Error(href));
    };
    document.head.append(link);
  });
}
