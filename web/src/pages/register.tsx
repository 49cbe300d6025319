import { useSignal } from '@preact/signals';
import { under } from '../base';
import { Field } from '../components/field';
import { fragment } from '../router';
import { client, explain, isError } from '../state/client';
import { begin } from '../state/session';
import { texts } from '../texts';
import { Door, PasswordField, text } from './door';
import { NewUsername } from './set-up';

export function Register() {
  const { account, errors } = texts.value;
  const invitation = fragment.value.get('invitation');
  const problem = useSignal<string | undefined>(undefined);

  const register = async (fields: FormData) => {
    const code = invitation ?? text(fields, 'invitation').trim();
    try {
      begin(
        await client.auth.register({
          username: text(fields, 'username'),
          password: text(fields, 'password'),
          ...(code && { invitation: code }),
        }),
      );
    } catch (error) {
      if (isError(error, 'FORBIDDEN')) problem.value = errors.registrationClosed;
      else if (isError(error, 'CONFLICT')) problem.value = errors.nameTaken;
      else problem.value = explain(error);
    }
  };

  return (
    <Door
      title={account.registerTitle}
      text={account.registerText}
      submit={account.register}
      problem={problem.value}
      onSubmit={register}
      otherwise={<a href={under('/signin')}>{account.haveAccount}</a>}
    >
      {invitation === null && (
        <Field label={account.invitation} hint={account.invitationHint} name="invitation" autocomplete="off" spellcheck={false} />
      )}
      <NewUsername />
      <PasswordField fresh />
    </Door>
  );
}
