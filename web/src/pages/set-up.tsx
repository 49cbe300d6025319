import { useSignal } from '@preact/signals';
import { under } from '../base';
import { Field } from '../components/field';
import { fragment } from '../router';
import { client, explain, isError } from '../state/client';
import { begin } from '../state/session';
import { texts } from '../texts';
import { Door, PasswordField, text } from './door';

export function SetUp() {
  const { account } = texts.value;
  const code = fragment.value.get('code');
  const problem = useSignal<string | undefined>(undefined);

  const setUp = async (fields: FormData) => {
    try {
      begin(
        await client.auth.setup({
          code: code ?? text(fields, 'code').trim(),
          username: text(fields, 'username'),
          password: text(fields, 'password'),
        }),
      );
    } catch (error) {
      problem.value = isError(error, 'NOT_FOUND') ? account.codeUsed : explain(error);
    }
  };

  return (
    <Door
      title={account.setUpTitle}
      text={code === null ? `${account.setUpText} ${account.setUpWhere}` : account.setUpText}
      submit={account.setUp}
      problem={problem.value}
      onSubmit={setUp}
      otherwise={<a href={under('/signin')}>{account.haveAccount}</a>}
    >
      {code === null && <Field label={account.code} hint={account.codeHint} name="code" required autocomplete="off" spellcheck={false} />}
      <NewUsername />
      <PasswordField fresh />
    </Door>
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
