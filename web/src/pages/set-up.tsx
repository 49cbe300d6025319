import { useSignal } from '@preact/signals';
import { withBase } from '../base';
import { Field } from '../components/field';
import { fragment } from '../router';
import { client, errorMessage, isError } from '../state/client';
import { startSession } from '../state/session';
import { texts } from '../texts';
import { AuthLayout, PasswordField, fieldText } from './auth-layout';

export function SetUp() {
  const { account } = texts.value;
  const code = fragment.value.get('code');
  const problem = useSignal<string | undefined>(undefined);

  const setUp = async (fields: FormData) => {
    try {
      startSession(
        await client.auth.setup({
          code: code ?? fieldText(fields, 'code').trim(),
          username: fieldText(fields, 'username'),
          password: fieldText(fields, 'password'),
        }),
      );
    } catch (error) {
      problem.value = isError(error, 'NOT_FOUND') ? account.codeUsed : errorMessage(error);
    }
  };

  return (
    <AuthLayout
      title={account.setUpTitle}
      text={code === null ? `${account.setUpText} ${account.setUpWhere}` : account.setUpText}
      submit={account.setUp}
      problem={problem.value}
      onSubmit={setUp}
      footer={<a href={withBase('/signin')}>{account.haveAccount}</a>}
    >
      {code === null && <Field label={account.code} hint={account.codeHint} name="code" required autocomplete="off" spellcheck={false} />}
      <NewUsername />
      <PasswordField isNew />
    </AuthLayout>
  );
}

export function NewUsername() {
  const { account } = texts.value;
  return (
    <Field
      label={account.username}
      hint={account.usernameHint}
      name="username"
      required
      minLength={3}
      maxLength={32}
      pattern="[A-Za-z0-9._\-]+"
      autocomplete="username"
      autocapitalize="none"
      spellcheck={false}
    />
  );
}
