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
  lasts?: number;
}

const shown = signal<Toast[]>([]);
const spoken = signal('');
let last = 0;

export function toast(text: string, { tone = 'info', action, lasts = 6_000 }: Options = {}) {
  const id = ++last;
  shown.value = [...shown.value.slice(-2), { id, text, tone, ...(action && { action }) }];
  if (lasts > 0) setTimeout(() => dismissToast(id), lasts);
  return id;
}

export function dismissToast(id: number) {
  shown.value = shown.value.filter((one) => one.id !== id);
}

/** Announces a text to screen readers. */
export function announce(text: string) {
  spoken.value = '';
  setTimeout(() => (spoken.value = text), 50);
}

const icons: Record<Tone, IconName> = { good: 'check', info: 'info', warning: 'alert', bad: 'alert' };

export function ToastHost() {
  return (
    <>
      <div class="visually-hidden" role="status">
        {spoken.value}
      </div>
      <section class="toasts" aria-label={texts.value.common.messages} aria-live="polite">
        {shown.value.map(({ id, text, tone, action }) => (
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
