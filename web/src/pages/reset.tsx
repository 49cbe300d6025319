import { useSignal } from '@preact/signals';
import { withBase } from '../base';
import { Field } from '../components/field';
import { fragment, navigate } from '../router';
import { client, errorMessage, isError } from '../state/client';
import { startSession } from '../state/session';
import { texts } from '../texts';
import { AuthLayout, PasswordField, fieldText } from './auth-layout';

/** The target of a password reset link made by an administrator. */
export function Reset() {
  const { account } = texts.value;
  const code = fragment.value.get('code');
  const problem = useSignal<string | undefined>(undefined);

  const reset = async (fields: FormData) => {
    try {
      const user = await client.auth.resetPassword({
        code: code ?? fieldText(fields, 'code').trim(),
        password: fieldText(fields, 'password'),
      });
      navigate('/files', { replace: true });
      startSession(user);
    } catch (error) {
      const used = isError(error, 'NOT_FOUND') || isError(error, 'GONE') || isError(error, 'INVALID_CREDENTIALS');
      problem.value = used ? account.resetUsed : errorMessage(error);
    }
  };

  return (
    <AuthLayout
      title={account.resetTitle}
      text={account.resetText}
      submit={account.reset}
      problem={problem.value}
      onSubmit={reset}
      footer={<a href={withBase('/signin')}>{account.signIn}</a>}
    >
      {code === null && (
        <Field label={account.resetCode} hint={account.resetCodeHint} name="code" required autocomplete="off" spellcheck={false} />
      )}
      <PasswordField isNew />
    </AuthLayout>
  );
}
