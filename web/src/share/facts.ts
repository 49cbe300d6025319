import { within } from '../base';

export interface SharedFile {
  filename: string;
  size: number;
  type: string;
  /** Milliseconds since 1970, or null for no expiry. */
  expires: number | null;
  downloadsLeft: number | null;
}

/** The link's state as the server embedded it in the page. */
export type Facts = { page: 'share'; file: SharedFile } | { page: 'password' | 'ended' | 'unknown' | 'busy' };

const numberOf = (text: string | undefined) => (text === undefined ? null : Number(text));

export function factsOf({ page, filename, size, type, expires, left }: DOMStringMap): Facts | null {
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
export async function readFacts(): Promise<Facts> {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
  const app = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('app');
  const facts = app && factsOf(app.dataset);
  if (!facts) throw new Error(`the page came with ${answer.status}`);
  return facts;
}

export const token = decodeURIComponent(within(location.pathname).split('/')[2] ?? '');
