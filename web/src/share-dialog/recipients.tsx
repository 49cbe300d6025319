import type { Signal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Icon } from '../components/icon';
import { others, people } from '../state/people';
import { texts } from '../texts';

interface Props {
  names: Signal<readonly string[]>;
  problem: string | undefined;
}

export function Recipients({ names, problem }: Props) {
  const { share: t } = texts.value;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (people.state.peek() === 'idle') void people.load();
  }, []);

  const addName = () => {
    const name = input.current!.value.trim().toLowerCase();
    if (name && !names.value.includes(name)) names.value = [...names.value, name];
    input.current!.value = '';
  };

  return (
    <div class="field">
      <label for={id}>{t.recipients}</label>
      <div class="recipients">
        {names.value.map((name) => (
          <span key={name} class="badge good">
            {name}
            <button
              type="button"
              aria-label={t.removeRecipient(name)}
              onClick={() => {
                names.value = names.value.filter((other) => other !== name);
                input.current!.focus();
              }}
            >
              <Icon name="close" size={13} />
            </button>
          </span>
        ))}
        <input
          ref={input}
          id={id}
          class="input"
          list={`${id}-known`}
          placeholder={t.addRecipient}
          autocapitalize="none"
          autocomplete="off"
          spellcheck={false}
          maxLength={32}
          aria-invalid={problem ? true : undefined}
          aria-describedby={`${id}-hint`}
          onChange={addName}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && event.currentTarget.value) {
              event.preventDefault();
              addName();
            } else if (event.key === 'Backspace' && !event.currentTarget.value) {
              names.value = names.value.slice(0, -1);
            }
          }}
        />
        <datalist id={`${id}-known`}>
          {others.value
            .filter(({ username }) => !names.value.includes(username))
            .map(({ username }) => (
              <option key={username} value={username} />
            ))}
        </datalist>
      </div>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <p class="hint" id={`${id}-hint`}>
        {t.recipientsHint}
      </p>
    </div>
  );
}
