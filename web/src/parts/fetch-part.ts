/**
 * Stands behind every `import()` of the page, in place of Vite's own helper (vite.config.ts).
 *
 * A browser may remember for as long as the page lives that a module could not be fetched (Chromium does so after a 502), and a stylesheet that
 * failed is not asked for again. Therefore all files of a part are fetched first, into the browser's cache; the import begins when all are there.
 */
const fetched = new Map<string, Promise<void>>();

/** The server answered, and has no such file: it has been replaced by another version since this page was loaded. */
export class PartGone extends Error {
  override readonly name = 'PartGone';
}

export async function fetchPart<T>(load: () => Promise<T>, files: readonly string[] = []): Promise<T> {
  const urls = new Set(files.map((file) => new URL(file, new URL(import.meta.env.BASE_URL, location.origin)).href));
  // A part of a single file is not listed; its name stands in the call.
  const own = /import\(\s*["'`]([^"'`]+)/.exec(String(load))?.[1];
  if (own) urls.add(new URL(own, import.meta.url).href);
  await Promise.all([...urls].map(fetchOnce));
  return load();
}

function fetchOnce(url: string): Promise<void> {
  let result = fetched.get(url);
  if (!result) {
    result = isHere(url) ? Promise.resolve() : fetchWhole(url);
    fetched.set(url, result);
    result.catch(() => fetched.delete(url));
  }
  return result;
}

const isHere = (url: string) =>
  [...document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>('script[src], link[href]')].some(
    (element) => ('src' in element ? element.src : element.href) === url,
  );

async function fetchWhole(url: string): Promise<void> {
  const answer = await fetch(url);
  if (answer.status === 404) throw new PartGone(url);
  const style = url.endsWith('.css');
  // A proxy in trouble may answer 200 with a page of its own.
  if (!answer.ok || !answer.headers.get('Content-Type')?.includes(style ? 'css' : 'javascript')) throw new Error(`${url}: ${answer.status}`);
  await answer.arrayBuffer();
  if (style) await addStyle(url);
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
