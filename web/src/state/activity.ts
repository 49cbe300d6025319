import type { CursorStore, LiveEvent } from '@kingshare/client';
import { computed, effect, signal } from '@preact/signals';
import { files } from './files';
import { connection, setCursorStores, onEvent, onResumed } from './live';
import { received, shares } from './shares';

const activityEvents = [
  'FileUploaded',
  'FileDeleted',
  'FileShared',
  'ShareAccessed',
  'ShareExpired',
  'DownloadStarted',
  'SystemNotification',
] as const;
export type ActivityEvent = LiveEvent<(typeof activityEvents)[number]>;

/** An event in the activity list, with additional data known when it arrived. */
export interface ActivityItem {
  id: string;
  time: string;
  event: ActivityEvent;
  filename?: string | undefined;
  /** The user that shared it with us; empty if the share is our own. */
  owner?: string | undefined;
  /** Unseen: it arrived while the activity was not visible. */
  unseen: boolean;
  /**
   * A FileShared that is unseen only if another user made the share; resolved once the share is known. Our own shares, made on another
   * device or by a program, are no news.
   */
  unseenIfReceived?: boolean;
}

const maxItems = 300;
const ownEvents = new Set<string>(['FileUploaded', 'FileDeleted']);

/** Newest first. */
export const activityItems = signal<readonly ActivityItem[]>([]);
/** False if events were missed that the server no longer holds. */
export const isComplete = signal(true);
export const unseenCount = computed(() => activityItems.value.filter((item) => item.unseen).length);

/** Number of mounted components that show the activity. */
export const activityViewers = signal(0);
const isActivityVisible = () => activityViewers.value > 0 && document.visibilityState === 'visible';

const fileIdOf = ({ event }: ActivityItem) => (event.type === 'SystemNotification' ? undefined : event.data.file_id);

function withDetails(item: ActivityItem): ActivityItem {
  const { event } = item;
  if ((item.filename && !item.unseenIfReceived) || event.type === 'SystemNotification') return item;
  if ('filename' in event.data) return { ...item, filename: event.data.filename };
  const { share_id, file_id } = event.data;
  const theirs = received.byKey.peek().get(share_id);
  const own = shares.byKey.peek().get(share_id);
  const source = own ?? theirs ?? files.find(file_id);
  const earlier = activityItems.peek().find((other) => fileIdOf(other) === file_id && other.filename);
  const owner = theirs?.owner ?? (source ? undefined : earlier?.owner);
  const named = { ...item, filename: source?.filename ?? earlier?.filename, owner };
  if (!item.unseenIfReceived || (!own && !theirs)) return named;
  return { ...named, unseen: theirs !== undefined, unseenIfReceived: false };
}

const isUnresolved = (item: ActivityItem) => item.unseenIfReceived || (!item.filename && item.event.type !== 'SystemNotification');

function addEvents(events: readonly LiveEvent[], countsAsUnseen: (event: ActivityEvent) => boolean) {
  const knownIds = new Set(activityItems.value.map(({ id }) => id));
  const isNewEvent = (event: LiveEvent): event is ActivityEvent =>
    (activityEvents as readonly string[]).includes(event.type) && !!event.id && !knownIds.has(event.id);
  for (const event of events.filter(isNewEvent).slice(-maxItems)) {
    const isUnseen = countsAsUnseen(event);
    const unresolved = event.type === 'FileShared';
    const item = withDetails({
      id: event.id!,
      time: event.time!,
      event,
      unseen: isUnseen && !unresolved,
      unseenIfReceived: isUnseen && unresolved,
    });
    activityItems.value = [item, ...activityItems.value].slice(0, maxItems);
  }
}

export function markSeen() {
  if (unseenCount.value > 0) activityItems.value = activityItems.value.map((item) => (item.unseen ? { ...item, unseen: false } : item));
}

// ---------------------------------------------------------------- stored on this device, per user

const storageKey = (userId: string) => `kingshare.activity ${userId}`;
let storedStream: { userId: string; cursor: string | null; isFirstVisit: boolean } | null = null;

function storeActivity() {
  // During a replay the cursor is ahead of the listed events.
  if (!storedStream?.cursor || connection.peek().name !== 'live') return;
  try {
    localStorage.setItem(storageKey(storedStream.userId), JSON.stringify({ cursor: storedStream.cursor, items: activityItems.peek() }));
  } catch {
    // Storage is full or disabled: the next page resumes from an older cursor.
  }
}

function openCursorStore(userId: string): CursorStore {
  const { cursor = null, items = [] } = JSON.parse(localStorage.getItem(storageKey(userId)) ?? '{}');
  storedStream = { userId, cursor, isFirstVisit: cursor === null };
  activityItems.value = items;
  return {
    load: () => storedStream?.cursor ?? null,
    save(nextCursor) {
      if (!storedStream) return;
      storedStream.cursor = nextCursor;
      scheduleStore();
    },
  };
}

let isStoreScheduled = false;
function scheduleStore() {
  if (isStoreScheduled) return;
  isStoreScheduled = true;
  setTimeout(() => {
    isStoreScheduled = false;
    storeActivity();
  }, 200);
}

/** Removes the stored activity at sign-out, so that none stays on the device. */
export function clearStoredActivity() {
  if (storedStream) localStorage.removeItem(storageKey(storedStream.userId));
  storedStream = null;
}

// ---------------------------------------------------------------- incoming events

/** Adds the events of the server to the list. Must be called before the live channel opens, which reads the stored cursor. */
export function startActivity() {
  setCursorStores(openCursorStore);
  addEventListener('pagehide', storeActivity);

  onEvent((event) => addEvents([event], ({ type }) => !isActivityVisible() && !ownEvents.has(type)));

  onResumed((missed) => {
    isComplete.value = missed !== null;
    if (!missed) return;
    const countsAsUnseen = storedStream?.isFirstVisit === false;
    if (storedStream) storedStream.isFirstVisit = false;
    addEvents(missed, ({ type }) => countsAsUnseen && !ownEvents.has(type));
    if (!activityItems.value.some(isUnresolved)) return;
    if (shares.state.value === 'idle') void shares.load();
    if (received.state.value === 'idle') void received.load();
  });

  effect(() => {
    void shares.items.value;
    void received.items.value;
    if (activityItems.peek().some(isUnresolved)) activityItems.value = activityItems.peek().map(withDetails);
  });
}
