import { useSignal } from '@preact/signals';
import { under } from '../base';
import { Field } from '../components/field';
import { client, explain } from '../state/client';
import { begin, session } from '../state/session';
import { texts } from '../texts';
import { Door, PasswordField, text } from './door';

export function SignIn() {
  const { account } = texts.value;
  const guest = session.value;
  const problem = useSignal(guest.state === 'guest' && guest.ended ? account.ended : undefined);

  const signIn = async (fields: FormData) => {
    try {
      begin(await client.auth.login({ username: text(fields, 'username'), password: text(fields, 'password') }));
    } catch (error) {
      problem.value = explain(error);
    }
  };

  return (
    <Door
      title={account.signInTitle}
      text={account.signInText}
      submit={account.signIn}
      problem={problem.value}
      onSubmit={signIn}
      otherwise={<a href={under('/register')}>{account.invited}</a>}
    >
      <Field label={account.username} name="username" required autocomplete="username" autocapitalize="none" spellcheck={false} />
      <PasswordField fresh={false} />
    </Door>
  );
}
