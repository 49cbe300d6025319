import type { LiveEvent } from '@kingshare/client';
import { toast, type Tone } from '../components/toast';
import { texts } from '../texts';

const tones: Record<string, Tone> = { Info: 'info', Success: 'good', Warning: 'warning', Error: 'bad' };

export function showSystemNotification({ data: { message, level } }: LiveEvent<'SystemNotification'>) {
  const urgent = level === 'Warning' || level === 'Error';
  toast(`${texts.value.activity.levels[level]}: ${message}`, { tone: tones[level] ?? 'info', duration: urgent ? 0 : 10_000 });
}
