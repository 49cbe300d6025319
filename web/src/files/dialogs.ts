import { signal } from '@preact/signals';
import type { FileRow } from '../state/files';

export type FileDialog = { name: 'rename' | 'share'; file: FileRow };

/** What is asked about a file at the moment. */
export const fileDialog = signal<FileDialog | null>(null);
