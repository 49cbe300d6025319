import type { Level } from '@kingshare/client';
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { Icon } from '../components/icon';
import { announce } from '../components/toast';
import { client, errorMessage } from '../state/client';
import { adminTexts } from '../texts/admin';

const levels = ['Info', 'Success', 'Warning', 'Error'] as const satisfies readonly Level[];

export function Notice() {
  const t = adminTexts.value.notice;
  const id = useId();
  const problem = useSignal('');
  const sent = useSignal(false);

  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = new FormData(form);
    problem.value = '';
    sent.value = false;
    try {
      await client.notify({ message: String(fields.get('message')), level: fields.get('level') as Level });
      form.reset();
      sent.value = true;
      announce(t.sent);
    } catch (error) {
      problem.value = errorMessage(error);
    }
  };

  return (
    <form class="notice-form" onSubmit={send}>
      <p class="soft">{t.text}</p>
      <div class="field">
        <label for={`${id}-message`}>{t.message}</label>
        <textarea class="input" id={`${id}-message`} name="message" rows={3} required maxLength={1000} />
      </div>
      <fieldset class="levels">
        <legend>{t.level}</legend>
        {levels.map((level) => (
          <label key={level}>
            <input type="radio" name="level" value={level} defaultChecked={level === 'Info'} />
            {t.levels[level]}
          </label>
        ))}
      </fieldset>
      {problem.value && (
        <p class="callout bad" role="alert">
          <Icon name="alert" />
          {problem.value}
        </p>
      )}
      <div class="part-actions">
        <button type="submit" class="button primary">
          <Icon name="send" size={18} />
          {t.send}
        </button>
        {sent.value && <span class="small soft">{t.sent}</span>}
      </div>
    </form>
  );
}
