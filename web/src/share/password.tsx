import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Field } from '../components/field';
import { Icon } from '../components/icon';
import { Heading } from '../components/page';
import { client, isError } from '../state/client';
import { shareTexts } from '../texts/share';
import { fetchPageData, token, type PageData } from './page-data';

/** Submits the password; the server remembers the visit by a cookie. An ended link is no error here: the page is read again in any case. */
async function unlock(password: string) {
  try {
    await client.publicShares.get(token, { password });
  } catch (error) {
    if (!isError(error, 'GONE') && !isError(error, 'NOT_FOUND')) throw error;
  }
}

export function PasswordEntry({ onPageData }: { onPageData: (pageData: PageData) => void }) {
  const t = shareTexts.value.password;
  const problem = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);

  const form = useRef<HTMLFormElement>(null);
  // `autofocus` has no effect here: the browser already applied it to the server-rendered field.
  useEffect(() => (form.current!.elements.namedItem('password') as HTMLInputElement).focus(), []);

  const open = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy.value) return;
    const input = (event.currentTarget as HTMLFormElement).elements.namedItem('password') as HTMLInputElement;
    busy.value = true;
    problem.value = undefined;
    try {
      await unlock(input.value);
      onPageData(await fetchPageData());
    } catch (error) {
      problem.value = isError(error, 'INVALID_CREDENTIALS') ? t.wrong : isError(error, 'RATE_LIMITED') ? t.tooOften : t.failed;
      input.select();
    } finally {
      busy.value = false;
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
      <button type="submit" class="button primary wide" aria-disabled={busy.value}>
        {t.open}
      </button>
    </form>
  );
}
