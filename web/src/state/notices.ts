import { announce, toast, type Tone } from '../components/toast';
import { texts } from '../texts';
import { onlookers } from './activity';
import { onEvent } from './live';

const tones: Record<string, Tone> = { Info: 'info', Success: 'good', Warning: 'warning', Error: 'bad' };

onEvent((event) => {
  const { activity, people } = texts.value;
  if (event.type === 'SystemNotification') {
    const { message, level } = event.data;
    const urgent = level === 'Warning' || level === 'Error';
    toast(`${activity.levels[level]}: ${message}`, { tone: tones[level] ?? 'info', lasts: urgent ? 0 : 10_000 });
  } else if (event.type === 'ShareAccessed') {
    const text = activity.sentences.opened(event.data.filename);
    if (onlookers.value > 0) announce(text);
    else toast(text);
  } else if (event.type === 'DownloadStarted') {
    announce(activity.sentences.downloaded(event.data.filename));
  } else if (event.type === 'UserOnline') {
    announce(people.cameOnline(event.data.username));
  }
});
