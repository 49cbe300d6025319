import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

interface Props extends Omit<JSX.IntrinsicElements['input'], 'id' | 'class' | 'size'> {
  label: ComponentChildren;
  hint?: ComponentChildren;
  problem?: string | undefined;
}

export function Field({ label, hint, problem, ...input }: Props) {
  const id = useId();
  const described = [problem && `${id}-problem`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input class="input" id={id} aria-invalid={problem ? true : undefined} aria-describedby={described || undefined} {...input} />
      {problem && (
        <p class="problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
