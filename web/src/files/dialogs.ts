import { signal } from '@preact/signals';
import type { FileRow } from '../state/files';

export type FileDialog = { name: 'rename' | 'share'; file: FileRow };

/** The open file dialog, or null. */
export const fileDialog = signal<FileDialog | null>(null);
