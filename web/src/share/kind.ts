import type { SharedFile } from './page-data';

export type PreviewKind = 'image' | 'video' | 'audio' | 'pdf' | 'text';

// For files uploaded as application/octet-stream.
const typesByExtension: Record<string, string> = {
  avif: 'image/avif',
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  png: 'image/png',
  svg: 'image/svg+xml',
  webp: 'image/webp',
  m4v: 'video/mp4',
  mov: 'video/quicktime',
  mp4: 'video/mp4',
  webm: 'video/webm',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  wav: 'audio/wav',
  pdf: 'application/pdf',
};
const textExtensions =
  /\.(c|cc|conf|cpp|cs|css|csv|diff|go|h|hpp|html?|ini|java|js|json|jsx|kt|log|lua|md|mjs|patch|php|pl|py|rb|rs|sh|sql|srt|swift|tex|toml|tsv?|tsx|txt|vtt|xml|ya?ml)$/i;
const textTypes = /^(text\/|application\/(json|xml|javascript|yaml|toml|sql)|application\/[\w.-]+\+(json|xml)$)/;

/** Returns the media type to display the file as: its own, or one guessed from the name for application/octet-stream. */
export function typeOf({ filename, type }: SharedFile): string {
  const mediaType = type.split(';')[0]!.trim().toLowerCase();
  if (mediaType !== 'application/octet-stream') return mediaType;
  const extension = /\.([a-z0-9]+)$/i.exec(filename)?.[1]?.toLowerCase();
  return typesByExtension[extension ?? ''] ?? (textExtensions.test(filename) ? 'text/plain' : mediaType);
}

/** Returns the kind of preview, or null if the file cannot be previewed. */
export function kindOf(file: SharedFile): PreviewKind | null {
  const type = typeOf(file);
  if (type.startsWith('image/')) return 'image';
  if (type.startsWith('video/')) return 'video';
  if (type.startsWith('audio/')) return 'audio';
  if (type === 'application/pdf') return navigator.pdfViewerEnabled ? 'pdf' : null;
  return textTypes.test(type) ? 'text' : null;
}
