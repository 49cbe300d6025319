/**
 * Replaces Vite's preload helper behind every `import()` of the page (vite.config.ts).
 *
 * A browser may cache a failed module fetch for the lifetime of the page (Chromium does so after a 502), and Vite never requests a failed
 * stylesheet again. Therefore all files of a chunk are first fetched into the browser's cache; the import begins once all have arrived.
 */
const fetchedFiles = new Map<string, Promise<void>>();
const addedStyles = new Map<string, Promise<void>>();
let isPrefetch = false;

/** The server no longer has the file: it was upgraded since this page was loaded. */
export class ChunkGone extends Error {
  override readonly name = 'PartGone';
}

class PrefetchDone extends Error {}

export async function importChunk<T>(load: () => Promise<T>, files: readonly string[] = [], importer: string = location.href): Promise<T> {
  const prefetchOnly = isPrefetch;
  const urls = new Set(files.map((file) => new URL(file, importer).href));
  // `files` is empty for a chunk with a single file; its name is in the import call.
  const ownFile = /import\(\s*["'`]([^"'`]+)/.exec(String(load))?.[1];
  if (ownFile) urls.add(new URL(ownFile, import.meta.url).href);
  const missing = [...urls].filter((url) => !isInPage(url));
  await Promise.all(missing.map((url) => oncePerUrl(fetchedFiles, url, fetchFile)));
  if (prefetchOnly) throw new PrefetchDone();
  await Promise.all(missing.filter(isStyle).map((url) => oncePerUrl(addedStyles, url, addStyle)));
  return load();
}

/** Fetches all files that `load` would import, without executing them. */
export async function prefetch(load: () => Promise<unknown>): Promise<void> {
  isPrefetch = true;
  const loading = load();
  isPrefetch = false;
  await loading.catch((error: unknown) => {
    if (!(error instanceof PrefetchDone)) throw error;
  });
}

/** Runs `work` once per URL. A failed result is removed, so that the next caller retries. */
function oncePerUrl(results: Map<string, Promise<void>>, url: string, work: (url: string) => Promise<void>): Promise<void> {
  let result = results.get(url);
  if (!result) {
    result = work(url);
    results.set(url, result);
    result.catch(() => results.delete(url));
  }
  return result;
}

const isStyle = (url: string) => url.endsWith('.css');

const isInPage = (url: string) =>
  [...document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>('script[src], link[href]')].some(
    (element) => ('src' in element ? element.src : element.href) === url,
  );

async function fetchFile(url: string): Promise<void> {
  const response = await fetch(url);
  if (response.status === 404) throw new ChunkGone(url);
  // A failing proxy may answer 200 with an error page.
  if (!response.ok || !response.headers.get('Content-Type')?.includes(isStyle(url) ? 'css' : 'javascript'))
    throw new Error(`${url}: ${response.status}`);
  await response.arrayBuffer();
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
