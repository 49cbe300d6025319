import '../styles/door.css';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Brand } from '../components/brand';
import { Choices } from '../components/choices';
import { Icon } from '../components/icon';
import { Heading } from '../components/page';
import { texts } from '../texts';

interface Props {
  title: string;
  text: string;
  submit: string;
  problem: string | undefined;
  onSubmit: (fields: FormData) => Promise<void>;
  footer?: ComponentChildren;
  children: ComponentChildren;
}

/** The shared layout of the sign-in, set-up and registration pages. */
export function AuthLayout({ title, text, submit, problem, onSubmit, footer, children }: Props) {
  const busy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  const { account } = texts.value;

  useEffect(() => form.current!.querySelector('input')!.focus(), []);

  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    try {
      await onSubmit(new FormData(event.currentTarget as HTMLFormElement));
    } finally {
      busy.value = false;
    }
  };

  return (
    <div class="door">
      <aside class="door-side" aria-hidden="true">
        <Brand />
        <svg class="rings" aria-hidden="true" viewBox="0 0 400 400" fill="none" stroke="currentColor">
          {[40, 80, 120, 160, 198].map((radius) => (
            <circle key={radius} cx="200" cy="200" r={radius} />
          ))}
        </svg>
        <div>
          <h2>{account.promise}</h2>
          <ul>
            {account.promises.map((promise) => (
              <li key={promise}>
                <Icon name="check" size={18} />
                {promise}
              </li>
            ))}
          </ul>
        </div>
      </aside>
      <main class="door-main">
        <span />
        <form ref={form} class="door-form" method="post" onSubmit={send}>
          <header>
            <Brand />
            <Heading>{title}</Heading>
            <p>{text}</p>
          </header>
          {problem && (
            <div class="callout bad" role="alert">
              <Icon name="alert" />
              <p>{problem}</p>
            </div>
          )}
          {children}
          <button type="submit" class="button primary wide" aria-disabled={busy.value}>
            {submit}
          </button>
          {footer && <p class="door-else">{footer}</p>}
        </form>
        <Choices />
      </main>
    </div>
  );
}

export function PasswordField({ isNew }: { isNew: boolean }) {
  const { account } = texts.value;
  const isShown = useSignal(false);
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{account.password}</label>
      <div class="with-button">
        <input
          class="input"
          id={id}
          name="password"
          type={isShown.value ? 'text' : 'password'}
          required
          minLength={isNew ? 8 : undefined}
          maxLength={1024}
          autocomplete={isNew ? 'new-password' : 'current-password'}
          aria-describedby={isNew ? `${id}-hint` : undefined}
        />
        <button
          type="button"
          class="icon-button small"
          aria-label={account.showPassword}
          aria-pressed={isShown.value}
          onClick={() => (isShown.value = !isShown.value)}
        >
          <Icon name="eye" size={18} />
        </button>
      </div>
      {isNew && (
        <p class="hint" id={`${id}-hint`}>
          {account.passwordHint}
        </p>
      )}
    </div>
  );
}

export const fieldText = (fields: FormData, name: string) => String(fields.get(name) ?? '');
