import type { FileInfo } from './generated/protocol.js';
import type { Http } from './http.js';
import { list, type List, type PageOptions } from './list.js';

export type FileOrder = 'created_at' | '-created_at' | 'filename' | '-filename' | 'size' | '-size';

export interface FileListOptions extends PageOptions {
  /** Substring that the filename must contain. */
  query?: string | undefined;
  /** Sort key; a leading minus means descending. Default: `-created_at`, newest first. */
  sort?: FileOrder | undefined;
}

export interface ContentOptions {
  /** Value of the Range header, like `bytes=0-99`. */
  range?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Request body for `fetch`. */
export type Body = Blob | ArrayBuffer | Uint8Array | string;

/** Your files. All methods fail with NOT_FOUND for a file that does not exist or belongs to another user. */
export class Files {
  constructor(private readonly http: Http) {}

  /** Lists your files. */
  list(options: FileListOptions = {}): List<FileInfo> {
    return list(this.http, 'files', { ...options });
  }

  /** Returns the metadata of a file. */
  get(fileId: string): Promise<FileInfo> {
    return this.http.json('GET', path(fileId));
  }

  /** Renames a file and returns it. Its shares show the new name. Errors: INVALID_REQUEST for a bad name. */
  rename(fileId: string, filename: string): Promise<FileInfo> {
    return this.http.json('PATCH', path(fileId), { json: { filename } });
  }

  /** Deletes a file and its shares immediately. With `keepalive` the request survives the page that makes it. */
  async remove(fileId: string, options: { keepalive?: boolean } = {}): Promise<void> {
    await this.http.json('DELETE', path(fileId), options);
  }

  /**
   * Uploads a small file in one request; use `KingShare.upload` for large files, which resumes. The content type defaults to that
   * of a Blob, or application/octet-stream. Errors: TOO_LARGE, QUOTA_EXCEEDED, STORAGE_FULL, INVALID_REQUEST for a bad name.
   */
  upload(content: Body, options: { filename: string; contentType?: string; signal?: AbortSignal }): Promise<FileInfo> {
    return this.http.json('POST', 'files', {
      creates: true,
      query: { filename: options.filename },
      body: content as BodyInit,
      headers: { 'Content-Type': options.contentType || (content instanceof Blob && content.type) || 'application/octet-stream' },
      signal: options.signal,
    });
  }

  /** Returns the URL of the content, for browsers with a cookie session. `inline` displays it instead of saving it. No request. */
  contentUrl(fileId: string, options: { inline?: boolean } = {}): string {
    return this.http.url(`${path(fileId)}/content`, { inline: options.inline ? 1 : undefined });
  }

  /** Downloads the content: status 200, or 206 with `range`. Errors: RANGE_NOT_SATISFIABLE. */
  content(fileId: string, options: ContentOptions = {}): Promise<Response> {
    return this.http.request('GET', `${path(fileId)}/content`, { headers: { Range: options.range }, signal: options.signal });
  }

  /** Returns the URL of a ZIP archive of several files. A URL has room for about 400 files; use `archive` for more. No request. */
  archiveUrl(fileIds: readonly string[]): string {
    return `${this.http.url('files/archive')}?ids=${fileIds.map(encodeURIComponent).join(',')}`;
  }

  /** Downloads up to 1000 files as one ZIP archive, stored without compression. */
  archive(fileIds: readonly string[], options: { signal?: AbortSignal } = {}): Promise<Response> {
    return this.http.request('POST', 'files/archive', { json: { ids: fileIds }, signal: options.signal });
  }
}

function path(fileId: string): string {
  return `files/${encodeURIComponent(fileId)}`;
}
