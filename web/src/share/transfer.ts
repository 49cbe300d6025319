import { KingShareError } from '@kingshare/client';
import { waitOrOnline } from '../retry';
import { client, isUnavailable, isError } from '../state/client';

const minDelay = 500;
const maxDelay = 10_000;

interface TransferHandlers {
  signal: AbortSignal;
  /** Total bytes received so far. */
  onProgress: (bytes: number) => void;
  /** The reason for a stall: the server is unreachable, or other visitors hold all remaining downloads. Null when data flows again. */
  onWaiting: (reason: 'network' | 'taken' | null) => void;
}

/** The download of a shared file. Received bytes are kept: after a lost connection or an abort, it resumes from the same offset. */
export class Transfer {
  #parts: BlobPart[] = [];
  #received = 0;

  constructor(
    private readonly token: string,
    private readonly type: string,
  ) {}

  async fetch(handlers: TransferHandlers): Promise<Blob> {
    for (let delay = minDelay; ; delay = Math.min(maxDelay, delay * 2)) {
      const receivedBefore = this.#received;
      try {
        await this.#read(handlers);
        return new Blob(this.#parts, { type: this.type });
      } catch (error) {
        handlers.signal.throwIfAborted();
        const isTransient = !(error instanceof KingShareError) || isUnavailable(error) || isError(error, 'ABORTED');
        if (!isTransient) throw error;
        if (this.#received > receivedBefore) delay = minDelay;
        const atLeast = error instanceof KingShareError ? (error.retryAfter ?? 0) * 1000 : 0;
        // A proxy without its backend answers 502; a 503 with Retry-After comes from the server itself.
        handlers.onWaiting(isError(error, 'UNAVAILABLE') && error.status === 503 && error.retryAfter !== undefined ? 'taken' : 'network');
        await Promise.race([waitOrOnline(atLeast + Math.random() * delay), onceAborted(handlers.signal)]);
        handlers.signal.throwIfAborted();
      }
    }
  }

  async #read(handlers: TransferHandlers): Promise<void> {
    // Abort when offline: a connection can otherwise stall for minutes before it fails.
    const attempt = new AbortController();
    const abort = () => attempt.abort();
    handlers.signal.addEventListener('abort', abort);
    addEventListener('offline', abort);
    try {
      await this.#readFrom({ ...handlers, signal: attempt.signal });
    } finally {
      handlers.signal.removeEventListener('abort', abort);
      removeEventListener('offline', abort);
    }
  }

  async #readFrom({ signal, onProgress, onWaiting }: TransferHandlers): Promise<void> {
    const range = this.#received > 0 ? `bytes=${this.#received}-` : undefined;
    const response = await client.publicShares.content(this.token, { range, signal });
    if (response.status !== 206) [this.#parts, this.#received] = [[], 0];
    onWaiting(null);
    const reader = response.body!.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      this.#parts.push(piece.value);
      this.#received += piece.value.length;
      onProgress(this.#received);
    }
  }
}

const onceAborted = (signal: AbortSignal) => new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));

/** Saves a file through the browser under its name. */
export function save(file: Blob, filename: string) {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
