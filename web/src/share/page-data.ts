import { withoutBase } from '../base';

export interface SharedFile {
  filename: string;
  size: number;
  type: string;
  /** Milliseconds since 1970, or null for no expiry. */
  expires: number | null;
  downloadsLeft: number | null;
}

/** The link's state as the server embedded it in the page. */
export type PageData = { page: 'share'; file: SharedFile } | { page: 'password' | 'ended' | 'unknown' | 'busy' };

const numberOf = (text: string | undefined) => (text === undefined ? null : Number(text));

export function parsePageData({ page, filename, size, type, expires, left }: DOMStringMap): PageData | null {
  if (page === 'password' || page === 'ended' || page === 'unknown' || page === 'busy') return { page };
  if (page !== 'share') return null;
  return {
    page,
    file: {
      filename: filename!,
      size: Number(size),
      type: type!,
      expires: expires === undefined ? null : Date.parse(expires),
      downloadsLeft: numberOf(left),
    },
  };
}

/** Fetches the page again without navigating: a failed navigation would lose the current page. */
export async function fetchPageData(): Promise<PageData> {
  const response = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
  const app = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('app');
  const pageData = app && parsePageData(app.dataset);
  if (!pageData) throw new Error(`the page came with ${response.status}`);
  return pageData;
}

export const token = decodeURIComponent(withoutBase(location.pathname).split('/')[2] ?? '');
