import { computed, signal } from '@preact/signals';
import { texts } from '.';
import { language } from '../state/preferences';

const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

export const formats = computed(() => {
  // The browser's own way to write dates and numbers, where it speaks the language.
  const tag = navigator.languages.find((one) => one.startsWith(language.value)) ?? language.value;
  const whole = new Intl.NumberFormat(tag);
  const short = new Intl.NumberFormat(tag, { maximumSignificantDigits: 3 });
  const day = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', year: 'numeric' });
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  const moment = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', ...time });
  const momentOfAnotherYear = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', year: 'numeric', ...time });
  const clock = new Intl.DateTimeFormat(tag, time);
  const weekday = new Intl.DateTimeFormat(tag, { weekday: 'long', day: 'numeric', month: 'long' });
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
  const relativeShort = new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style: 'short' });
  const list = new Intl.ListFormat(tag, { type: 'conjunction' });

  const ago = (time: string | number, now: number, form = relative) => {
    const seconds = Math.round((new Date(time).getTime() - now) / 1000);
    const size = Math.abs(seconds);
    if (size < 60) return texts.value.common.justNow;
    if (size < 3600) return form.format(Math.trunc(seconds / 60), 'minute');
    if (size < 86_400) return form.format(Math.trunc(seconds / 3600), 'hour');
    return form.format(Math.trunc(seconds / 86_400), 'day');
  };

  return {
    number: (value: number) => whole.format(value),
    percent: (share: number) => `${whole.format(Math.floor(share * 100))} %`,
    bytes(value: number) {
      let unit = 0;
      for (; value >= 1000 && unit + 1 < units.length; ++unit) value /= 1000;
      return `${short.format(value)} ${units[unit]}`;
    },
    day: (time: string) => day.format(new Date(time)),
    moment(time: string | number) {
      const date = new Date(time);
      const thisYear = date.getFullYear() === new Date().getFullYear();
      return (thisYear ? moment : momentOfAnotherYear).format(date);
    },
    clock: (time: string) => clock.format(new Date(time)),
    weekday: (time: string) => weekday.format(new Date(time)),
    ago: (time: string | number, now: number) => ago(time, now),
    agoShort: (time: string | number, now: number) => ago(time, now, relativeShort),
    list: (items: string[]) => list.format(items),
    duration(seconds: number) {
      const [value, unit] = seconds < 90 ? [seconds, 'second'] : seconds < 5400 ? [seconds / 60, 'minute'] : [seconds / 3600, 'hour'];
      return new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }).format(
        Math.max(1, Math.round(value)),
      );
    },
  };
});

/** The time of day, good to a few seconds, for everything that says "two minutes ago". */
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 5_000);
