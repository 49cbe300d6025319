import type { ContentOptions } from './files.js';
import type { CreateShareRequest, PublicShare, ReceivedShare, Share, UpdateShareRequest } from './generated/protocol.js';
import type { RequestOptions, Http } from './http.js';
import { list, type List, type PageOptions } from './list.js';

/** Your shares. All methods fail with NOT_FOUND for a share that does not exist, was revoked or belongs to another user. */
export class Shares {
  constructor(private readonly http: Http) {}

  /**
   * Shares a file and returns the share with its link. Without a limit it is active until revoked. Errors: NOT_FOUND for the file,
   * INVALID_REQUEST with `field`, e.g. for an unknown recipient or an expiry in the past.
   */
  create(share: CreateShareRequest): Promise<Share> {
    return this.http.json('POST', 'shares', { json: share, creates: true });
  }

  /** Lists your shares, including ended ones. `owner`, an id or a username, is for administrators; FORBIDDEN otherwise. */
  list(options: PageOptions & { file_id?: string | undefined; owner?: string | undefined } = {}): List<Share> {
    return list(this.http, 'shares', { ...options });
  }

  /** Lists the active shares with you as a recipient. */
  received(options: PageOptions = {}): List<ReceivedShare> {
    return list(this.http, 'shares/received', { ...options });
  }

  /** Removes you from the recipients of a share: you get no more events of it. The link stays valid. */
  async leave(shareId: string): Promise<void> {
    await this.http.json('DELETE', `shares/received/${encodeURIComponent(shareId)}`);
  }

  /** Returns one of your shares. */
  get(shareId: string): Promise<Share> {
    return this.http.json('GET', `shares/${encodeURIComponent(shareId)}`);
  }

  /** Changes limits or the password and returns the share. Omitted fields stay, null removes a limit. Errors: INVALID_REQUEST. */
  update(shareId: string, changes: UpdateShareRequest): Promise<Share> {
    return this.http.json('PATCH', `shares/${encodeURIComponent(shareId)}`, { json: changes });
  }

  /** Revokes a share: its link returns 404 from now on. */
  async revoke(shareId: string): Promise<void> {
    await this.http.json('DELETE', `shares/${encodeURIComponent(shareId)}`);
  }
}

export interface PublicShareOptions {
  /** Password of the share, if it has one. */
  password?: string | undefined;
}

/** Access to a share by its token, without an account. */
export class PublicShares {
  constructor(private readonly http: Http) {}

  /**
   * Returns the shared file and records a visit. Errors: INVALID_CREDENTIALS if the password is missing or wrong, GONE if the share
   * has ended, NOT_FOUND if it is unknown or revoked, RATE_LIMITED after too many wrong passwords.
   */
  get(shareToken: string, options: PublicShareOptions & { signal?: AbortSignal } = {}): Promise<PublicShare> {
    return this.http.json('GET', path(shareToken), requestOptions(options));
  }

  /** Returns the URL of the content. In a browser, call `get` with the password first: it sets the visit cookie. No request. */
  contentUrl(shareToken: string, options: { inline?: boolean } = {}): string {
    return this.http.url(`${path(shareToken)}/content`, { inline: options.inline ? 1 : undefined });
  }

  /**
   * Downloads the content: status 200, or 206 with `range`. Counts towards `max_downloads`; ranges of one visit belong to one
   * download. Errors: as `get`, RANGE_NOT_SATISFIABLE, and UNAVAILABLE while all remaining downloads are in flight.
   */
  content(shareToken: string, options: PublicShareOptions & ContentOptions = {}): Promise<Response> {
    return this.http.request('GET', `${path(shareToken)}/content`, requestOptions(options));
  }
}

function path(shareToken: string): string {
  return `public/shares/${encodeURIComponent(shareToken)}`;
}

function requestOptions({ password, range, signal }: PublicShareOptions & ContentOptions): RequestOptions {
  // An ext-value (RFC 8187): fetch allows only Latin-1 in headers and trims leading and trailing blanks.
  const encoded = password === undefined ? undefined : `UTF-8''${encodeURIComponent(password)}`;
  return { headers: { 'X-Share-Password': encoded, Range: range }, signal };
}
