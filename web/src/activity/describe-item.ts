import type { ActivityItem } from '../state/activity';
import type { IconName } from '../components/icon';
import { texts } from '../texts';
import { formats } from '../texts/format';

interface Description {
  icon: IconName;
  text: string;
  /** `strong` is for actions of other people, such as opening our links. */
  tone: 'plain' | 'strong' | 'warning' | 'bad';
}

/** Renders an event as a localized sentence. */
export function describeItem({ event, filename = '', owner }: ActivityItem): Description {
  const { sentences: t, levels } = texts.value.activity;
  switch (event.type) {
    case 'FileUploaded':
      return { icon: 'upload', text: t.uploaded(filename, formats.value.bytes(event.data.size)), tone: 'plain' };
    case 'FileDeleted':
      return { icon: 'trash', text: t.deleted(filename), tone: 'plain' };
    case 'FileShared':
      if (!filename) return { icon: 'link', text: t.shared, tone: 'plain' };
      return owner
        ? { icon: 'inbox', text: t.sharedWithMe(owner, filename), tone: 'strong' }
        : { icon: 'link', text: t.sharedByMe(filename), tone: 'plain' };
    case 'ShareAccessed':
      return { icon: 'eye', text: t.opened(filename), tone: 'strong' };
    case 'DownloadStarted':
      return { icon: 'download', text: t.downloaded(filename), tone: 'strong' };
    case 'ShareExpired':
      return { icon: 'clock', text: filename ? t.ended(filename) : t.endedUnknown, tone: 'plain' };
    case 'SystemNotification': {
      const { level, message } = event.data;
      const tone = level === 'Error' ? 'bad' : level === 'Warning' ? 'warning' : 'strong';
      return { icon: level === 'Success' ? 'check' : level === 'Info' ? 'info' : 'alert', text: `${levels[level]}: ${message}`, tone };
    }
  }
}
