import type { Share } from '@kingshare/client';

/** Changes without a server event are broadcast between the windows. */
type Change =
  | { renamed: string; filename: string }
  | { share: Share }
  | { forgotten: string }
  | { deleting: string[] }
  | { kept: string[] };

const channel = new BroadcastChannel('kingshare');

export const tellWindows = (change: Change) => channel.postMessage(change);

export const onTold = (handler: (change: Change) => void) =>
  channel.addEventListener('message', (event: MessageEvent<Change>) => handler(event.data));
