import type { FileInfo } from './generated/protocol.js';
import type { Http } from './http.js';
import { list, type List, type PageOptions } from './list.js';

export type FileOrder = 'created_at' | '-created_at' | 'filename' | '-filename' | 'size' | '-size';

export interface FileListOptions extends PageOptions {
  /** Only files whose name contains this. */
  query?: string | undefined;
  /** What to order by; a minus in front turns it round. Newest first, if left out. */
  sort?: FileOrder | undefined;
}

export interface ContentOptions {
  /** A range of bytes, like `bytes=0-99`. */
  range?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Something that fetch can send. */
export type Body = Blob | ArrayBuffer | Uint8Array | string;

/** What you keep. */
export class Files {
  constructor(private readonly http: Http) {}

  list(options: FileListOptions = {}): List<FileInfo> {
    return list(this.http, 'files', { ...options });
  }

  get(fileId: string): Promise<FileInfo> {
    return this.http.json('GET', path(fileId));
  }

  rename(fileId: string, filename: string): Promise<FileInfo> {
    return this.http.json('PATCH', path(fileId), { json: { filename } });
  }

  /** It is gone at once, and its shares with it. With `keepalive` the call outlives the page that makes it. */
  async remove(fileId: string, options: { keepalive?: boolean } = {}): Promise<void> {
    await this.http.json('DELETE', path(fileId), options);
  }

  /** Upload something small in one request. What is large goes by `KingShare.upload`, which can be resumed. */
  upload(content: Body, options: { filename: string; contentType?: string; signal?: AbortSignal }): Promise<FileInfo> {
    return this.http.json('POST', 'files', {
      creates: true,
      query: { filename: options.filename },
      body: content as BodyInit,
      headers: { 'Content-Type': options.contentType || (content instanceof Blob && content.type) || 'application/octet-stream' },
      signal: options.signal,
    });
  }

  /** Where the bytes are, for a browser that is signed in by cookie; `inline` is for showing rather than saving. */
  contentUrl(fileId: string, options: { inline?: boolean } = {}): string {
    return this.http.url(`${path(fileId)}/content`, { inline: options.inline ? 1 : undefined });
  }

  /** The bytes. */
  content(fileId: string, options: ContentOptions = {}): Promise<Response> {
    return this.http.answer('GET', `${path(fileId)}/content`, { headers: { Range: options.range }, signal: options.signal });
  }

  /** Where several files are as one ZIP archive; an address has room for some 400. */
  archiveUrl(fileIds: readonly string[]): string {
    return `${this.http.url('files/archive')}?ids=${fileIds.map(encodeURIComponent).join(',')}`;
  }

  /** Several files as one ZIP archive, up to 1000. */
  archive(fileIds: readonly string[], options: { signal?: AbortSignal } = {}): Promise<Response> {
    return this.http.answer('POST', 'files/archive', { json: { ids: fileIds }, signal: options.signal });
  }
}

function path(fileId: string): string {
  return `files/${encodeURIComponent(fileId)}`;
}
