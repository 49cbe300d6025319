import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Field } from '../components/field';
import { Icon } from '../components/icon';
import { Heading } from '../components/page';
import { client, isError } from '../state/client';
import { shareTexts } from '../texts/share';
import { token } from './facts';

export function PasswordEntry() {
  const t = shareTexts.value.password;
  const problem = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);

  const form = useRef<HTMLFormElement>(null);
  // The browser has given its automatic focus to the field that stood here before.
  useEffect(() => (form.current!.elements.namedItem('password') as HTMLInputElement).focus(), []);

  const open = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy.value) return;
    const input = (event.currentTarget as HTMLFormElement).elements.namedItem('password') as HTMLInputElement;
    busy.value = true;
    problem.value = undefined;
    try {
      await client.publicShares.get(token, { password: input.value });
      location.reload(); // the visit is remembered, and the page is another one now
    } catch (error) {
      busy.value = false;
      problem.value = isError(error, 'INVALID_CREDENTIALS') ? t.wrong : isError(error, 'RATE_LIMITED') ? t.tooOften : t.failed;
      if (isError(error, 'GONE') || isError(error, 'NOT_FOUND')) location.reload();
      input.select();
    }
  };

  return (
    <form ref={form} class="leaf-text" method="post" onSubmit={open}>
      <span class="leaf-sign">
        <Icon name="lock" size={28} />
      </span>
      <Heading>{t.title}</Heading>
      <p>{t.text}</p>
      <Field label={t.label} type="password" name="password" required autocomplete="off" problem={problem.value} />
      <button class="button primary wide" aria-disabled={busy.value}>
        {t.open}
      </button>
    </form>
  );
}
