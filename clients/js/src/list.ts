import type { Http } from './http.js';

export interface Page<T> {
  items: T[];
  /** `cursor` of the next page; null on the last page. */
  next_cursor: string | null;
}

export interface PageOptions {
  /** Items per page, 1 to 200. */
  limit?: number | undefined;
  /** `next_cursor` of the previous page; undefined for the first page. */
  cursor?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * A paginated list. `await` fetches one page; `for await` iterates over the items of that page and all later ones. Fetches on
 * demand, and again on each use.
 */
export class List<T> implements PromiseLike<Page<T>>, AsyncIterable<T> {
  constructor(
    private readonly load: (cursor: string | undefined) => Promise<Page<T>>,
    private readonly cursor: string | undefined,
  ) {}

  // biome-ignore lint/suspicious/noThenProperty: a List is awaitable by design.
  then<A = Page<T>, B = never>(
    done?: ((page: Page<T>) => A | PromiseLike<A>) | null,
    failed?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.load(this.cursor).then(done, failed);
  }

  /** Iterates over the pages. */
  async *pages(): AsyncGenerator<Page<T>, void> {
    let cursor = this.cursor;
    do {
      const page = await this.load(cursor);
      yield page;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for await (const page of this.pages()) yield* page.items;
  }
}

export function list<T>(http: Http, path: string, { limit, cursor, signal, ...filter }: PageOptions & Record<string, unknown> = {}): List<T> {
  const query = filter as Record<string, string | undefined>;
  const load = async (cursor: string | undefined) => {
    const page = await http.json<{ items: T[]; next_cursor?: string | null }>('GET', path, { query: { ...query, limit, cursor }, signal });
    return { items: page.items, next_cursor: page.next_cursor ?? null };
  };
  return new List(load, cursor);
}
