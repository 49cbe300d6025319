import type { LiveEvent, PageOptions, ReceivedShare, Share } from '@kingshare/client';
import { computed } from '@preact/signals';
import { coalesceByKey } from './coalesce';
import { collection } from './collection';

const minReadInterval = 500;

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** The calls of the SDK that the lists make. */
export interface SharesApi {
  list(options: PageOptions & { file_id?: string | undefined }): PromiseLike<Page<Share>>;
  received(options: PageOptions): PromiseLike<Page<ReceivedShare>>;
}

/** The server's order of shares. */
export const newestFirst = (a: Share | ReceivedShare, b: Share | ReceivedShare) =>
  b.created_at.localeCompare(a.created_at) || (a.share_id < b.share_id ? 1 : -1);

const shareEventTypes = new Set(['FileShared', 'ShareAccessed', 'ShareChanged', 'ShareExpired', 'FileDeleted']);

/** The user's own shares and those received from others, newest first, updated by live events. */
export function createShareLists(api: SharesApi, pageSize = 200) {
  const shares = collection<Share>((share) => share.share_id, {
    readPage: (cursor) => api.list({ limit: pageSize, cursor }),
    compare: newestFirst,
  });
  const received = collection<ReceivedShare>((share) => share.share_id, {
    readPage: (cursor) => api.received({ limit: pageSize, cursor }),
    compare: newestFirst,
  });

  const sharesOf = (fileId: string) => shares.items.peek().filter((share) => share.file_id === fileId);

  /** Reads the shares of a file and returns their ids. Keeps them even if they are older than the loaded shares. */
  const readSharesOf = async (fileId: string): Promise<ReadonlySet<string>> => {
    const { items, next_cursor } = await api.list({ file_id: fileId, limit: pageSize });
    const ids = new Set(items.map(({ share_id }) => share_id));
    for (const share of items) shares.keep(share);
    if (next_cursor === null) for (const { share_id } of sharesOf(fileId)) if (!ids.has(share_id)) shares.remove(share_id);
    return ids;
  };

  /** Ids of received shares that changed since they were read. */
  const changedIds = new Set<string>();
  const refreshReceived = coalesceByKey(async () => {
    const isOld = (id: string) => received.items.peek().findIndex(({ share_id }) => share_id === id) >= pageSize;
    const hasOld = [...changedIds].some(isOld);
    changedIds.clear();
    await (hasOld ? received.load() : received.refreshFirstPage());
  }, minReadInterval);

  /** Ids of new shares by file, our own or received. */
  const newIds = new Map<string, string[]>();
  const refreshSharesOf = coalesceByKey(async (fileId) => {
    const shareIds = newIds.get(fileId) ?? [];
    newIds.delete(fileId);
    const ownIds = await readSharesOf(fileId);
    if (shareIds.some((id) => !ownIds.has(id))) refreshReceived('');
  }, minReadInterval);

  return {
    shares,
    received,
    readSharesOf,

    /** Number of active links per file id, among the loaded shares. */
    linkCounts: computed(() => {
      const count = new Map<string, number>();
      for (const { file_id, state } of shares.items.value) if (state === 'active') count.set(file_id, (count.get(file_id) ?? 0) + 1);
      return count;
    }),

    /** Loads one more page of shares if later ones may belong to files added since `oldest`, in milliseconds. */
    loadSharesSince(oldest: number) {
      const last = shares.items.peek().at(-1);
      if (last && Date.parse(last.created_at) > oldest) void shares.loadMore();
    },

    onEvent(event: LiveEvent) {
      switch (event.type) {
        case 'FileShared': {
          const { share_id, file_id } = event.data;
          if (shares.byKey.peek().has(share_id)) break;
          newIds.set(file_id, [...(newIds.get(file_id) ?? []), share_id]);
          refreshSharesOf(file_id);
          break;
        }
        case 'ShareAccessed': {
          const share = shares.byKey.peek().get(event.data.share_id);
          if (share) shares.keep({ ...share, visit_count: share.visit_count + (event.data.count ?? 1) });
          break;
        }
        case 'ShareExpired':
        case 'ShareChanged': {
          const { share_id, file_id } = event.data;
          if (shares.byKey.peek().has(share_id)) refreshSharesOf(file_id);
          else if (event.type === 'ShareExpired') received.remove(share_id);
          else if (received.byKey.peek().has(share_id)) {
            changedIds.add(share_id);
            refreshReceived('');
          }
          break;
        }
        case 'FileDeleted':
          for (const list of [shares, received])
            for (const share of list.items.peek()) if (share.file_id === event.data.file_id) list.remove(share.share_id);
      }
    },

    /** Takes the events missed while disconnected, or null if some are lost. */
    onResumed(missed: readonly LiveEvent[] | null) {
      const isStale = !missed || missed.some(({ type }) => shareEventTypes.has(type));
      for (const list of [shares, received]) {
        if (!isStale) list.retryFailed();
        else if (list.state.peek() !== 'idle') void list.load();
      }
    },
  };
}
