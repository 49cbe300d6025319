import type { Share } from '@kingshare/client';
import { signal } from '@preact/signals';

/** The open share dialog, or null. */
export const shareDialog = signal<{ name: 'link' | 'edit' | 'revoke'; share: Share } | null>(null);
