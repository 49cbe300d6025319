import { useSignal } from '@preact/signals';
import { withBase } from '../base';
import { Field } from '../components/field';
import { fragment } from '../router';
import { client, errorMessage, isError } from '../state/client';
import { startSession } from '../state/session';
import { texts } from '../texts';
import { AuthLayout, PasswordField, fieldText } from './auth-layout';
import { NewUsername } from './set-up';

export function Register() {
  const { account, errors } = texts.value;
  const invitation = fragment.value.get('invitation');
  const problem = useSignal<string | undefined>(undefined);

  const register = async (fields: FormData) => {
    const code = invitation ?? fieldText(fields, 'invitation').trim();
    try {
      startSession(
        await client.auth.register({
          username: fieldText(fields, 'username'),
          password: fieldText(fields, 'password'),
          ...(code && { invitation: code }),
        }),
      );
    } catch (error) {
      if (isError(error, 'FORBIDDEN')) problem.value = errors.registrationClosed;
      else if (isError(error, 'CONFLICT')) problem.value = errors.nameTaken;
      else problem.value = errorMessage(error);
    }
  };

  return (
    <AuthLayout
      title={account.registerTitle}
      text={account.registerText}
      submit={account.register}
      problem={problem.value}
      onSubmit={register}
      footer={<a href={withBase('/signin')}>{account.haveAccount}</a>}
    >
      {invitation === null && (
        <Field label={account.invitation} hint={account.invitationHint} name="invitation" autocomplete="off" spellcheck={false} />
      )}
      <NewUsername />
      <PasswordField isNew />
    </AuthLayout>
  );
}
