import type { LiveEvent } from '@kingshare/client';
import { announce, toast } from '../components/toast';
import { texts } from '../texts';
import { activityViewers } from './activity';
import { onEvent } from './live';
import { showSystemNotification } from './system-notification';

/** Tells the user about events: by toasts, announcements and system notifications. */
export function startNotifications() {
  onEvent((event) => {
    const { activity, people } = texts.value;
    if (event.type === 'SystemNotification') {
      showSystemNotification(event as LiveEvent<'SystemNotification'>);
    } else if (event.type === 'ShareAccessed') {
      const text = activity.sentences.opened(event.data.filename);
      if (activityViewers.value > 0) announce(text);
      else toast(text);
    } else if (event.type === 'DownloadStarted') {
      announce(activity.sentences.downloaded(event.data.filename));
    } else if (event.type === 'UserOnline') {
      announce(people.cameOnline(event.data.username));
    }
  });
}
