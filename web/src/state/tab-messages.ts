import type { Share } from '@kingshare/client';
import type { FileRow } from './file-order';

/** Changes without a server event, broadcast between the tabs of a browser. */
type TabMessage = { renamed: FileRow } | { share: Share } | { revoked: string } | { deleting: string[] } | { restored: string[] };

let channel: BroadcastChannel | undefined;
const openChannel = () => (channel ??= new BroadcastChannel('kingshare'));

export const broadcastToTabs = (message: TabMessage) => openChannel().postMessage(message);

export const onTabMessage = (handler: (message: TabMessage) => void) =>
  openChannel().addEventListener('message', (event: MessageEvent<TabMessage>) => handler(event.data));
