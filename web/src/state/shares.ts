import type { Share } from '@kingshare/client';
import { client } from './client';
import { onEvent, onResumed } from './live';
import { createShareLists } from './share-lists';
import { broadcastToTabs, onTabMessage } from './tab-messages';

const lists = createShareLists({ list: (options) => client.shares.list(options), received: (options) => client.shares.received(options) });

export const { shares, received, linkCounts, loadSharesSince, readSharesOf } = lists;

export function saveShare(share: Share) {
  shares.keep(share);
  broadcastToTabs({ share });
}

/** Removes a received share from our list; the server sends no further events for it. */
export async function leaveShare(shareId: string) {
  await client.shares.leave(shareId);
  received.remove(shareId);
}

export async function revokeShare(share: Share) {
  shares.remove(share.share_id);
  try {
    await client.shares.revoke(share.share_id);
    broadcastToTabs({ revoked: share.share_id });
  } catch (error) {
    shares.keep(share);
    throw error;
  }
}

/** Keeps the lists up to date with the server and the other tabs. */
export function startShares() {
  onEvent(lists.onEvent);
  onResumed(lists.onResumed);
  onTabMessage((message) => {
    if ('share' in message) shares.keep(message.share);
    else if ('revoked' in message) shares.remove(message.revoked);
  });
}
