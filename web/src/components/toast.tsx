import { signal } from '@preact/signals';
import { texts } from '../texts';
import { Icon, type IconName } from './icon';

export type Tone = 'good' | 'info' | 'warning' | 'bad';

interface Toast {
  id: number;
  text: string;
  tone: Tone;
  action?: { label: string; run: () => void };
}

interface Options {
  tone?: Tone;
  action?: { label: string; run: () => void };
  /** Milliseconds; 0 means until dismissed. */
  duration?: number;
}

const toasts = signal<Toast[]>([]);
const announcement = signal('');
let lastId = 0;

export function toast(text: string, { tone = 'info', action, duration = 6_000 }: Options = {}) {
  const id = ++lastId;
  toasts.value = [...toasts.value.slice(-2), { id, text, tone, ...(action && { action }) }];
  if (duration > 0) setTimeout(() => dismissToast(id), duration);
  return id;
}

export function dismissToast(id: number) {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

/** Announces a text to screen readers. */
export function announce(text: string) {
  announcement.value = '';
  setTimeout(() => (announcement.value = text), 50);
}

const icons: Record<Tone, IconName> = { good: 'check', info: 'info', warning: 'alert', bad: 'alert' };

export function ToastHost() {
  return (
    <>
      <div class="visually-hidden" role="status">
        {announcement.value}
      </div>
      <section class="toasts" aria-label={texts.value.common.messages} aria-live="polite">
        {toasts.value.map(({ id, text, tone, action }) => (
          <div key={id} class={`toast ${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
            <Icon name={icons[tone]} />
            <p>{text}</p>
            {action && (
              <button
                type="button"
                class="button small quiet"
                onClick={() => {
                  dismissToast(id);
                  action.run();
                }}
              >
                {action.label}
              </button>
            )}
            <button type="button" class="icon-button small" aria-label={texts.value.common.close} onClick={() => dismissToast(id)}>
              <Icon name="close" size={16} />
            </button>
          </div>
        ))}
      </section>
    </>
  );
}
