import { useSignal } from '@preact/signals';
import { under } from '../base';
import { Field } from '../components/field';
import { fragment, navigate } from '../router';
import { client, explain, isError } from '../state/client';
import { begin } from '../state/session';
import { texts } from '../texts';
import { Door, PasswordField, text } from './door';

/** The target of a password reset link made by an administrator. */
export function Reset() {
  const { account } = texts.value;
  const code = fragment.value.get('code');
  const problem = useSignal<string | undefined>(undefined);

  const reset = async (fields: FormData) => {
    try {
      const user = await client.auth.resetPassword({ code: code ?? text(fields, 'code').trim(), password: text(fields, 'password') });
      navigate('/files', { replace: true });
      begin(user);
    } catch (error) {
      const used = isError(error, 'NOT_FOUND') || isError(error, 'GONE') || isError(error, 'INVALID_CREDENTIALS');
      problem.value = used ? account.resetUsed : explain(error);
    }
  };

  return (
    <Door
      title={account.resetTitle}
      text={account.resetText}
      submit={account.reset}
      problem={problem.value}
      onSubmit={reset}
      otherwise={<a href={under('/signin')}>{account.signIn}</a>}
    >
      {code === null && <Field label={account.resetCode} hint={account.resetCodeHint} name="code" required autocomplete="off" spellcheck={false} />}
      <PasswordField fresh />
    </Door>
  );
}
