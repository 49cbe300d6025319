import { computed, signal } from '@preact/signals';
import { texts } from '.';
import { language } from '../state/preferences';

const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** Such numbers have no separator in any of our languages and need no formatter. */
const isPlain = (value: number) => Number.isInteger(value) && value >= 0 && value < 1000;

/** Creates the value on first use: a formatter costs milliseconds, and a page needs only two or three. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

export const formats = computed(() => {
  // The browser's regional variant of the language, if it has one.
  const tag = navigator.languages.find((one) => one.startsWith(language.value)) ?? language.value;
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  const whole = once(() => new Intl.NumberFormat(tag));
  const threeDigits = once(() => new Intl.NumberFormat(tag, { maximumSignificantDigits: 3 }));
  const day = once(() => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', year: 'numeric' }));
  const moment = once(() => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', ...time }));
  const momentOfAnotherYear = once(() => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', year: 'numeric', ...time }));
  const clock = once(() => new Intl.DateTimeFormat(tag, time));
  const weekday = once(() => new Intl.DateTimeFormat(tag, { weekday: 'long', day: 'numeric', month: 'long' }));
  const relative = once(() => new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }));
  const relativeShort = once(() => new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style: 'short' }));
  const list = once(() => new Intl.ListFormat(tag, { type: 'conjunction' }));
  const lengthIn = (unit: string) =>
    once(() => new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }));
  const [seconds, minutes, hours] = [lengthIn('second'), lengthIn('minute'), lengthIn('hour')];

  const short = (value: number) => {
    const rounded = Number(value.toPrecision(3));
    return isPlain(rounded) ? String(rounded) : threeDigits().format(rounded);
  };
  const number = (value: number) => (isPlain(value) ? String(value) : whole().format(value));

  const ago = (time: string | number, now: number, form = relative) => {
    const seconds = Math.round((new Date(time).getTime() - now) / 1000);
    const size = Math.abs(seconds);
    if (size < 60) return texts.value.common.justNow;
    if (size < 3600) return form().format(Math.trunc(seconds / 60), 'minute');
    if (size < 86_400) return form().format(Math.trunc(seconds / 3600), 'hour');
    return form().format(Math.trunc(seconds / 86_400), 'day');
  };

  return {
    number,
    percent: (share: number) => `${number(Math.floor(share * 100))} %`,
    bytes(value: number) {
      let unit = 0;
      for (; value >= 1000 && unit + 1 < units.length; ++unit) value /= 1000;
      return `${short(value)} ${units[unit]}`;
    },
    day: (time: string) => day().format(new Date(time)),
    moment(time: string | number) {
      const date = new Date(time);
      const thisYear = date.getFullYear() === new Date().getFullYear();
      return (thisYear ? moment : momentOfAnotherYear)().format(date);
    },
    clock: (time: string) => clock().format(new Date(time)),
    weekday: (time: string) => weekday().format(new Date(time)),
    ago: (time: string | number, now: number) => ago(time, now),
    agoShort: (time: string | number, now: number) => ago(time, now, relativeShort),
    list: (items: string[]) => list().format(items),
    duration(value: number) {
      const [amount, form] = value < 90 ? [value, seconds] : value < 5400 ? [value / 60, minutes] : [value / 3600, hours];
      return form().format(Math.max(1, Math.round(amount)));
    },
  };
});

/** The current time with a resolution of 5 s, for relative times such as "two minutes ago". */
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 5_000);
