import type { UpdateUserRequest, User } from '@kingshare/client';
import { toast } from '../components/toast';
import { client, explain, isError } from '../state/client';
import { collection } from '../state/collection';
import { onResumed } from '../state/live';
import { adminTexts } from '../texts/admin';

export const users = collection<User>(
  (user) => user.id,
  (cursor) => client.users.list({ limit: 200, cursor }),
);

onResumed(() => {
  if (users.state.peek() !== 'idle') void users.load();
});

/** Returns the account's name, or undefined if the user list does not contain it. */
export const nameOf = (id: string) => users.items.value.get(id)?.username;

const explainRefusal = (error: unknown) => (isError(error, 'CONFLICT') ? adminTexts.value.users.adminOnly : explain(error));

/** Returns an error message on failure, for the dialog, which then stays open. */
export async function change(user: User, changes: UpdateUserRequest): Promise<string | undefined> {
  try {
    users.put(await client.users.update(user.id, changes));
    toast(adminTexts.value.users.saved(user.username), { tone: 'good' });
    return undefined;
  } catch (error) {
    return explainRefusal(error);
  }
}

/** Returns an error message on failure. */
export async function remove(user: User): Promise<string | undefined> {
  try {
    await client.users.remove(user.id);
    users.drop(user.id);
    toast(adminTexts.value.users.removed(user.username));
    return undefined;
  } catch (error) {
    return explainRefusal(error);
  }
}

export async function changeAtOnce(user: User, changes: UpdateUserRequest) {
  const problem = await change(user, changes);
  if (problem) toast(problem, { tone: 'bad' });
}
