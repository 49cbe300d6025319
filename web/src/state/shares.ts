import type { ReceivedShare, Share } from '@kingshare/client';
import { computed } from '@preact/signals';
import { client } from './client';
import { collection } from './collection';
import { onEvent, onResumed } from './live';
import { onTabMessage, broadcastToTabs } from './tab-messages';

export const shares = collection<Share>(
  (share) => share.share_id,
  (cursor) => client.shares.list({ limit: 200, cursor }),
);

export const received = collection<ReceivedShare>(
  (share) => share.share_id,
  (cursor) => client.shares.received({ limit: 200, cursor }),
);

/** Number of active links per file id. */
export const linkCounts = computed(() => {
  const count = new Map<string, number>();
  for (const { file_id, state } of shares.items.value.values()) {
    if (state === 'active') count.set(file_id, (count.get(file_id) ?? 0) + 1);
  }
  return count;
});

export function saveShare(share: Share) {
  shares.put(share);
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
    shares.put(share);
    throw error;
  }
}

onTabMessage((message) => {
  if ('share' in message) shares.put(message.share);
  else if ('revoked' in message) shares.remove(message.revoked);
});

/** Reloads the shares of a file. Returns the ids of our own shares, which are none for another user's file, or null on failure. */
async function reloadSharesOf(fileId: string): Promise<ReadonlySet<string> | null> {
  try {
    const ownIds = new Set<string>();
    for await (const share of client.shares.list({ file_id: fileId, limit: 200 })) {
      ownIds.add(share.share_id);
      shares.put(share);
    }
    for (const { share_id } of sharesOf(fileId)) if (!ownIds.has(share_id)) shares.remove(share_id);
    return ownIds;
  } catch {
    return null; // The connection failed; the list is reloaded when it is back.
  }
}

const sharesOf = (fileId: string) => [...shares.items.value.values()].filter((share) => share.file_id === fileId);

function addVisits(shareId: string, count: number) {
  const share = shares.items.value.get(shareId);
  if (share) shares.put({ ...share, visit_count: share.visit_count + count });
}

onEvent((event) => {
  switch (event.type) {
    case 'FileShared':
      void reloadSharesOf(event.data.file_id).then((ownIds) => {
        if (ownIds?.has(event.data.share_id) === false) void received.load();
      });
      break;
    case 'ShareAccessed':
      addVisits(event.data.share_id, event.data.count ?? 1);
      break;
    case 'DownloadStarted':
      if (sharesOf(event.data.file_id).some((share) => share.state === 'active')) void reloadSharesOf(event.data.file_id);
      break;
    case 'ShareChanged':
      if (shares.items.value.has(event.data.share_id)) void reloadSharesOf(event.data.file_id);
      else if (received.items.value.has(event.data.share_id)) void received.load();
      break;
    case 'ShareExpired':
      received.remove(event.data.share_id);
      if (shares.items.value.has(event.data.share_id)) void reloadSharesOf(event.data.file_id);
      break;
    case 'FileDeleted':
      for (const share of sharesOf(event.data.file_id)) shares.remove(share.share_id);
      for (const share of received.items.value.values()) if (share.file_id === event.data.file_id) received.remove(share.share_id);
      break;
  }
});

const shareEventTypes = new Set(['FileShared', 'ShareAccessed', 'ShareChanged', 'DownloadStarted', 'ShareExpired', 'FileDeleted']);

onResumed((missed) => {
  if (missed && !missed.some(({ type }) => shareEventTypes.has(type))) return;
  if (shares.state.value !== 'idle') void shares.load();
  if (received.state.value !== 'idle') void received.load();
});
