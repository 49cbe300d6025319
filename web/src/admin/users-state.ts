import type { UpdateUserRequest, User } from '@kingshare/client';
import { toast } from '../components/toast';
import { client, errorMessage, isError } from '../state/client';
import { collection } from '../state/collection';
import { people } from '../state/people';
import { adminTexts } from '../texts/admin';

export const users = collection<User>((user) => user.id, {
  readPage: (cursor) => client.users.list({ limit: 200, cursor }),
  compare: (a, b) => (a.username < b.username ? -1 : Number(a.username > b.username)),
});

/** Returns the account's name, or undefined if it is not loaded. */
export const nameOf = (id: string) => (users.byKey.value.get(id) ?? people.byKey.value.get(id))?.username;

const explainRefusal = (error: unknown) => (isError(error, 'CONFLICT') ? adminTexts.value.users.adminOnly : errorMessage(error));

/** Returns an error message on failure, for the dialog, which then stays open. */
export async function updateUser(user: User, changes: UpdateUserRequest): Promise<string | undefined> {
  try {
    users.put(await client.users.update(user.id, changes));
    toast(adminTexts.value.users.saved(user.username), { tone: 'good' });
    return undefined;
  } catch (error) {
    return explainRefusal(error);
  }
}

/** Returns an error message on failure. */
export async function deleteUser(user: User): Promise<string | undefined> {
  try {
    await client.users.remove(user.id);
    users.remove(user.id);
    toast(adminTexts.value.users.removed(user.username));
    return undefined;
  } catch (error) {
    return explainRefusal(error);
  }
}

export async function updateUserWithToast(user: User, changes: UpdateUserRequest) {
  const problem = await updateUser(user, changes);
  if (problem) toast(problem, { tone: 'bad' });
}
