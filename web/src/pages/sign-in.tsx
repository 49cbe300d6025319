import { useSignal } from '@preact/signals';
import { withBase } from '../base';
import { Field } from '../components/field';
import { client, errorMessage } from '../state/client';
import { startSession, session } from '../state/session';
import { texts } from '../texts';
import { AuthLayout, PasswordField, fieldText } from './auth-layout';

export function SignIn() {
  const { account } = texts.value;
  const guest = session.value;
  const problem = useSignal(guest.state === 'guest' && guest.sessionExpired ? account.ended : undefined);

  const signIn = async (fields: FormData) => {
    try {
      startSession(await client.auth.login({ username: fieldText(fields, 'username'), password: fieldText(fields, 'password') }));
    } catch (error) {
      problem.value = errorMessage(error);
    }
  };

  return (
    <AuthLayout
      title={account.signInTitle}
      text={account.signInText}
      submit={account.signIn}
      problem={problem.value}
      onSubmit={signIn}
      footer={<a href={withBase('/register')}>{account.invited}</a>}
    >
      <Field label={account.username} name="username" required autocomplete="username" autocapitalize="none" spellcheck={false} />
      <PasswordField isNew={false} />
    </AuthLayout>
  );
}
