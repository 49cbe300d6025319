import type { LiveEvent } from '@kingshare/client';
import { computed, effect, signal } from '@preact/signals';
import { files } from './files';
import { connection, keepPlace, onEvent, onResumed } from './live';
import { received, shares } from './shares';

const told = [
  'FileUploaded',
  'FileDeleted',
  'FileShared',
  'ShareAccessed',
  'ShareExpired',
  'DownloadStarted',
  'SystemNotification',
] as const;
export type Told = LiveEvent<(typeof told)[number]>;

/** An event in the activity list, with additional data known when it arrived. */
export interface Deed {
  id: string;
  time: string;
  event: Told;
  filename?: string | undefined;
  /** The user that shared it with us; empty if the share is our own. */
  owner?: string | undefined;
  /** Unseen: it arrived while the activity was not visible. */
  fresh: boolean;
  /**
   * A FileShared that is unseen only if another user made the share; resolved once the share is known. Our own shares, made on another
   * device or by a program, are no news.
   */
  freshIfTheirs?: boolean;
}

const kept = 300;
const ownDoing = new Set<string>(['FileUploaded', 'FileDeleted']);

/** Newest first. */
export const deeds = signal<readonly Deed[]>([]);
/** False if events were missed that the server no longer holds. */
export const complete = signal(true);
export const freshCount = computed(() => deeds.value.filter((deed) => deed.fresh).length);

/** Number of mounted components that show the activity. */
export const onlookers = signal(0);
const isWatched = () => onlookers.value > 0 && document.visibilityState === 'visible';

const fileOf = ({ event }: Deed) => (event.type === 'SystemNotification' ? undefined : event.data.file_id);

function describe(deed: Deed): Deed {
  const { event } = deed;
  if ((deed.filename && !deed.freshIfTheirs) || event.type === 'SystemNotification') return deed;
  if ('filename' in event.data) return { ...deed, filename: event.data.filename };
  const { share_id, file_id } = event.data;
  const theirs = received.items.peek().get(share_id);
  const own = shares.items.peek().get(share_id);
  const known = own ?? theirs ?? files.items.peek().get(file_id);
  const earlier = deeds.peek().find((other) => fileOf(other) === file_id && other.filename);
  const owner = theirs?.owner ?? (known ? undefined : earlier?.owner);
  const named = { ...deed, filename: known?.filename ?? earlier?.filename, owner };
  if (!deed.freshIfTheirs || (!own && !theirs)) return named;
  return { ...named, fresh: theirs !== undefined, freshIfTheirs: false };
}

const isOpen = (deed: Deed) => deed.freshIfTheirs || (!deed.filename && deed.event.type !== 'SystemNotification');

function add(events: readonly LiveEvent[], fresh: (event: Told) => boolean) {
  const known = new Set(deeds.value.map(({ id }) => id));
  const isNew = (event: LiveEvent): event is Told => (told as readonly string[]).includes(event.type) && !!event.id && !known.has(event.id);
  for (const event of events.filter(isNew).slice(-kept)) {
    const isFresh = fresh(event);
    const open = event.type === 'FileShared';
    const deed = describe({ id: event.id!, time: event.time!, event, fresh: isFresh && !open, freshIfTheirs: isFresh && open });
    deeds.value = [deed, ...deeds.value].slice(0, kept);
  }
}

export function markSeen() {
  if (freshCount.value > 0) deeds.value = deeds.value.map((deed) => (deed.fresh ? { ...deed, fresh: false } : deed));
}

// ---------------------------------------------------------------- stored on this device, per user

const storageKey = (userId: string) => `kingshare.activity ${userId}`;
let place: { userId: string; cursor: string | null; isNew: boolean } | null = null;

function store() {
  // During a replay the cursor is ahead of the listed events.
  if (!place?.cursor || connection.peek().name !== 'live') return;
  try {
    localStorage.setItem(storageKey(place.userId), JSON.stringify({ cursor: place.cursor, deeds: deeds.peek() }));
  } catch {
    // Storage is full or disabled: the next page resumes from an older cursor.
  }
}

keepPlace((userId) => {
  const { cursor, deeds: known } = JSON.parse(localStorage.getItem(storageKey(userId)) ?? '{"cursor":null,"deeds":[]}');
  place = { userId, cursor, isNew: cursor === null };
  deeds.value = known;
  return {
    load: () => place?.cursor ?? null,
    save(next) {
      if (!place) return;
      place.cursor = next;
      queueStore();
    },
  };
});

let queued = false;
function queueStore() {
  if (queued) return;
  queued = true;
  setTimeout(() => {
    queued = false;
    store();
  }, 200);
}
addEventListener('pagehide', store);

/** Removes the stored activity at sign-out, so that none stays on the device. */
export function forgetActivity() {
  if (place) localStorage.removeItem(storageKey(place.userId));
  place = null;
}

// ---------------------------------------------------------------- incoming events

onEvent((event) => add([event], ({ type }) => !isWatched() && !ownDoing.has(type)));

onResumed((missed) => {
  complete.value = missed !== null;
  if (!missed) return;
  const fresh = place?.isNew === false;
  if (place) place.isNew = false;
  add(missed, ({ type }) => fresh && !ownDoing.has(type));
  if (!deeds.value.some(isOpen)) return;
  if (shares.state.value === 'idle') void shares.load();
  if (received.state.value === 'idle') void received.load();
});

effect(() => {
  void shares.items.value;
  void received.items.value;
  if (deeds.peek().some(isOpen)) deeds.value = deeds.peek().map(describe);
});
