import type { Share } from '@kingshare/client';

/** Changes without a server event, broadcast between the tabs of a browser. */
type TabMessage =
  | { renamed: string; filename: string }
  | { share: Share }
  | { revoked: string }
  | { deleting: string[] }
  | { restored: string[] };

const channel = new BroadcastChannel('kingshare');

export const broadcastToTabs = (message: TabMessage) => channel.postMessage(message);

export const onTabMessage = (handler: (message: TabMessage) => void) =>
  channel.addEventListener('message', (event: MessageEvent<TabMessage>) => handler(event.data));
