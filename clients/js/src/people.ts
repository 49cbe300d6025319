import type { CreateInvitationRequest, Invitation, ListedInvitation, PasswordReset, Presence, UpdateUserRequest, User } from './generated/protocol.js';
import type { Http } from './http.js';
import { list, type List, type PageOptions } from './list.js';

/** Who has an account; for administrators. */
export class Users {
  constructor(private readonly http: Http) {}

  list(options: PageOptions = {}): List<User> {
    return list(this.http, 'users', { ...options });
  }

  /** Change a role or a quota, shut an account out or let it in. */
  update(userId: string, changes: UpdateUserRequest): Promise<User> {
    return this.http.json('PATCH', `users/${encodeURIComponent(userId)}`, { json: changes });
  }

  /** Make a link with which the user sets another password. Good once, for a day; the answer is the only time that it is shown. */
  createPasswordReset(userId: string): Promise<PasswordReset> {
    return this.http.json('POST', `users/${encodeURIComponent(userId)}/password-reset`, { creates: true });
  }

  /** The account goes, and its files and shares with it. */
  async remove(userId: string): Promise<void> {
    await this.http.json('DELETE', `users/${encodeURIComponent(userId)}`);
  }
}

/** Codes with which others may register; for administrators. */
export class Invitations {
  constructor(private readonly http: Http) {}

  create(invitation: CreateInvitationRequest = {}): Promise<Invitation> {
    return this.http.json('POST', 'invitations', { json: invitation, creates: true });
  }

  /** Those that are still good, without their codes. */
  list(options: PageOptions = {}): List<ListedInvitation> {
    return list(this.http, 'invitations', { ...options });
  }

  /** Take one back. */
  async remove(invitationId: string): Promise<void> {
    await this.http.json('DELETE', `invitations/${encodeURIComponent(invitationId)}`);
  }
}

/** Who is here, of those that you may see. */
export function presence(http: Http, options: PageOptions = {}): List<Presence> {
  return list(http, 'presence', { ...options });
}
