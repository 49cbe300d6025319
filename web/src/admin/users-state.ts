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

/** The account's name, for those that are known. */
export const nameOf = (id: string) => users.items.value.get(id)?.username;

export async function change(user: User, changes: UpdateUserRequest) {
  const t = adminTexts.value.users;
  try {
    users.put(await client.users.update(user.id, changes));
    toast(t.saved(user.username), { tone: 'good' });
  } catch (error) {
    toast(isError(error, 'CONFLICT') ? t.adminOnly : explain(error), { tone: 'bad' });
  }
}

export async function remove(user: User) {
  const t = adminTexts.value.users;
  try {
    await client.users.remove(user.id);
    users.drop(user.id);
    toast(t.removed(user.username));
  } catch (error) {
    toast(isError(error, 'CONFLICT') ? t.adminOnly : explain(error), { tone: 'bad' });
  }
}
