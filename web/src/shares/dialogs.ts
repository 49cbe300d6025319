import type { Share } from '@kingshare/client';
import { signal } from '@preact/signals';

/** What is asked about a share at the moment. */
export const shareDialog = signal<{ name: 'link' | 'edit' | 'revoke'; share: Share } | null>(null);
