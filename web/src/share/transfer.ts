import { KingShareError } from '@kingshare/client';
import { pause } from '../parts/persist';
import { client, isAway, isError } from '../state/client';

const shortest = 500;
const longest = 10_000;

interface Watcher {
  signal: AbortSignal;
  /** Total bytes received so far. */
  onProgress: (bytes: number) => void;
  /** The reason for a stall: the server is unreachable, or other visitors hold all remaining downloads. Null when data flows again. */
  onWaiting: (why: 'network' | 'taken' | null) => void;
}

/** The download of a shared file. Received bytes are kept: after a lost connection or an abort, it resumes from the same offset. */
export class Transfer {
  #parts: BlobPart[] = [];
  #received = 0;

  constructor(
    private readonly token: string,
    private readonly type: string,
  ) {}

  async fetch(watcher: Watcher): Promise<Blob> {
    for (let delay = shortest; ; delay = Math.min(longest, delay * 2)) {
      const before = this.#received;
      try {
        await this.#read(watcher);
        return new Blob(this.#parts, { type: this.type });
      } catch (error) {
        watcher.signal.throwIfAborted();
        const broke = !(error instanceof KingShareError) || isAway(error) || isError(error, 'ABORTED');
        if (!broke) throw error;
        if (this.#received > before) delay = shortest;
        const atLeast = error instanceof KingShareError ? (error.retryAfter ?? 0) * 1000 : 0;
        // A proxy without its backend answers 502; a 503 with Retry-After comes from the server itself.
        watcher.onWaiting(isError(error, 'UNAVAILABLE') && error.status === 503 && error.retryAfter !== undefined ? 'taken' : 'network');
        await Promise.race([pause(atLeast + Math.random() * delay), aborted(watcher.signal)]);
        watcher.signal.throwIfAborted();
      }
    }
  }

  async #read(watcher: Watcher): Promise<void> {
    // Abort when offline: a connection can otherwise stall for minutes before it fails.
    const attempt = new AbortController();
    const cut = () => attempt.abort();
    watcher.signal.addEventListener('abort', cut);
    addEventListener('offline', cut);
    try {
      await this.#readFrom({ ...watcher, signal: attempt.signal });
    } finally {
      watcher.signal.removeEventListener('abort', cut);
      removeEventListener('offline', cut);
    }
  }

  async #readFrom({ signal, onProgress, onWaiting }: Watcher): Promise<void> {
    const range = this.#received > 0 ? `bytes=${this.#received}-` : undefined;
    const answer = await client.publicShares.content(this.token, { range, signal });
    if (answer.status !== 206) [this.#parts, this.#received] = [[], 0];
    onWaiting(null);
    const reader = answer.body!.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      this.#parts.push(piece.value);
      this.#received += piece.value.length;
      onProgress(this.#received);
    }
  }
}

const aborted = (signal: AbortSignal) => new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));

/** Saves a file through the browser under its name. */
export function save(file: Blob, filename: string) {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
