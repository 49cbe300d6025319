import { KingShareError } from '@kingshare/client';
import { client } from '../state/client';

const attempts = 6;
const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/**
 * The file behind a link. A connection that breaks is taken up where it broke.
 * `onProgress` hears how many bytes are here.
 */
export async function fetchFile(token: string, type: string, signal: AbortSignal, onProgress: (bytes: number) => void): Promise<Blob> {
  let parts: BlobPart[] = [];
  let received = 0;
  for (let failures = 0; ; ) {
    try {
      const range = received > 0 ? `bytes=${received}-` : undefined;
      const answer = await client.publicShares.content(token, { range, signal });
      if (answer.status !== 206) [parts, received] = [[], 0];
      const reader = answer.body!.getReader();
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        parts.push(piece.value);
        received += piece.value.length;
        failures = 0;
        onProgress(received);
      }
      return new Blob(parts, { type });
    } catch (error) {
      signal.throwIfAborted();
      const broke = !(error instanceof KingShareError) || error.code === 'NETWORK';
      if (!broke || ++failures === attempts) throw error;
      await pause(Math.random() * 500 * 2 ** failures);
    }
  }
}

/** Hands a file to the browser, to be saved under its name. */
export function save(file: Blob, filename: string) {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
