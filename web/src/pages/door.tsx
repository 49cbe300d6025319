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
  otherwise?: ComponentChildren;
  children: ComponentChildren;
}

/** The shared layout of the sign-in, set-up and registration pages. */
export function Door({ title, text, submit, problem, onSubmit, otherwise, children }: Props) {
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
        <svg class="rings" viewBox="0 0 400 400" fill="none" stroke="currentColor">
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
          <button class="button primary wide" aria-disabled={busy.value}>
            {submit}
          </button>
          {otherwise && <p class="door-else">{otherwise}</p>}
        </form>
        <Choices />
      </main>
    </div>
  );
}

export function PasswordField({ fresh }: { fresh: boolean }) {
  const { account } = texts.value;
  const shown = useSignal(false);
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{account.password}</label>
      <div class="with-button">
        <input
          class="input"
          id={id}
          name="password"
          type={shown.value ? 'text' : 'password'}
          required
          minLength={fresh ? 8 : undefined}
          maxLength={1024}
          autocomplete={fresh ? 'new-password' : 'current-password'}
          aria-describedby={fresh ? `${id}-hint` : undefined}
        />
        <button
          type="button"
          class="icon-button small"
          aria-label={account.showPassword}
          aria-pressed={shown.value}
          onClick={() => (shown.value = !shown.value)}
        >
          <Icon name="eye" size={18} />
        </button>
      </div>
      {fresh && (
        <p class="hint" id={`${id}-hint`}>
          {account.passwordHint}
        </p>
      )}
    </div>
  );
}

export const text = (fields: FormData, name: string) => String(fields.get(name) ?? '');
