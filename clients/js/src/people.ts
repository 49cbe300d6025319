import type { CreateInvitationRequest, Invitation, Presence, UpdateUserRequest, User } from './generated/protocol.js';
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

  /** The account goes, and its files and shares with it. */
  async remove(userId: string): Promise<void> {
    await this.http.json('DELETE', `users/${encodeURIComponent(userId)}`);
  }
}

/** Codes with which others may register; for administrators. */
export class Invitations {
  constructor(private readonly http: Http) {}

  create(invitation: CreateInvitationRequest = {}): Promise<Invitation> {
    return this.http.json('POST', 'invitations', { json: invitation });
  }
}

/** Who is here, of those that you may see. */
export function presence(http: Http, options: PageOptions = {}): List<Presence> {
  return list(http, 'presence', { ...options });
}
