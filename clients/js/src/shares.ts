import type { ContentOptions } from './files.js';
import type { CreateShareRequest, PublicShare, ReceivedShare, Share, UpdateShareRequest } from './generated/protocol.js';
import type { Call, Http } from './http.js';
import { list, type List, type PageOptions } from './list.js';

/** What you let others have. */
export class Shares {
  constructor(private readonly http: Http) {}

  /** Share a file; without a limit it stays shared until you revoke it. */
  create(share: CreateShareRequest): Promise<Share> {
    return this.http.json('POST', 'shares', { json: share, creates: true });
  }

  /** Your shares, the ended ones too; an administrator may name another `owner`. */
  list(options: PageOptions & { file_id?: string | undefined; owner?: string | undefined } = {}): List<Share> {
    return list(this.http, 'shares', { ...options });
  }

  /** The living shares in which somebody named you. */
  received(options: PageOptions = {}): List<ReceivedShare> {
    return list(this.http, 'shares/received', { ...options });
  }

  /** Leave a share in which somebody named you: you hear no more of it. */
  async leave(shareId: string): Promise<void> {
    await this.http.json('DELETE', `shares/received/${encodeURIComponent(shareId)}`);
  }

  get(shareId: string): Promise<Share> {
    return this.http.json('GET', `shares/${encodeURIComponent(shareId)}`);
  }

  /** Change its limits or its password; null takes one away. */
  update(shareId: string, changes: UpdateShareRequest): Promise<Share> {
    return this.http.json('PATCH', `shares/${encodeURIComponent(shareId)}`, { json: changes });
  }

  /** Take it back: its link is dead from now on. */
  async revoke(shareId: string): Promise<void> {
    await this.http.json('DELETE', `shares/${encodeURIComponent(shareId)}`);
  }
}

export interface PublicShareOptions {
  /** What visitors must know, where the share has a password. */
  password?: string | undefined;
}

/** What the holder of a link can do without an account. */
export class PublicShares {
  constructor(private readonly http: Http) {}

  /** What the link leads to. INVALID_CREDENTIALS asks for the password, GONE says that the share has ended. */
  get(shareToken: string, options: PublicShareOptions & { signal?: AbortSignal } = {}): Promise<PublicShare> {
    return this.http.json('GET', path(shareToken), call(options));
  }

  /** Where the bytes are. In a browser, `get` with the password opens this too: the visit is remembered in a cookie. */
  contentUrl(shareToken: string, options: { inline?: boolean } = {}): string {
    return this.http.url(`${path(shareToken)}/content`, { inline: options.inline ? 1 : undefined });
  }

  /** The bytes. A call from byte 0 counts as a download. */
  content(shareToken: string, options: PublicShareOptions & ContentOptions = {}): Promise<Response> {
    return this.http.answer('GET', `${path(shareToken)}/content`, call(options));
  }
}

function path(shareToken: string): string {
  return `public/shares/${encodeURIComponent(shareToken)}`;
}

function call({ password, range, signal }: PublicShareOptions & ContentOptions): Call {
  // As an ext-value (RFC 8187): a header carries nothing beyond Latin-1 from a browser, and no blanks at its ends.
  const encoded = password === undefined ? undefined : `UTF-8''${encodeURIComponent(password)}`;
  return { headers: { 'X-Share-Password': encoded, Range: range }, signal };
}
