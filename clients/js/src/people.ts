import type { CreateInvitationRequest, Invitation, ListedInvitation, PasswordReset, Presence, UpdateUserRequest, User } from './generated/protocol.js';
import type { Http } from './http.js';
import { list, type List, type PageOptions } from './list.js';

/** User accounts. Administrators only, or FORBIDDEN. */
export class Users {
  constructor(private readonly http: Http) {}

  /** Lists all accounts. */
  list(options: PageOptions = {}): List<User> {
    return list(this.http, 'users', { ...options });
  }

  /**
   * Changes the role or the quota, disables or enables an account, and returns it. Disabling ends its sessions. Errors: NOT_FOUND,
   * and CONFLICT if no administrator would remain.
   */
  update(userId: string, changes: UpdateUserRequest): Promise<User> {
    return this.http.json('PATCH', `users/${encodeURIComponent(userId)}`, { json: changes });
  }

  /**
   * Creates a link that lets the user set a new password. Works once, for 24 hours, and replaces an earlier link. The code is only
   * in this response. Errors: NOT_FOUND, and CONFLICT for a disabled account.
   */
  createPasswordReset(userId: string): Promise<PasswordReset> {
    return this.http.json('POST', `users/${encodeURIComponent(userId)}/password-reset`, { creates: true });
  }

  /** Deletes an account with its files and shares. Errors: NOT_FOUND, and CONFLICT if no administrator would remain. */
  async remove(userId: string): Promise<void> {
    await this.http.json('DELETE', `users/${encodeURIComponent(userId)}`);
  }
}

/** Invitation codes for registration. Administrators only, or FORBIDDEN. */
export class Invitations {
  constructor(private readonly http: Http) {}

  /** Creates an invitation for one registration. The code is only in this response. */
  create(invitation: CreateInvitationRequest = {}): Promise<Invitation> {
    return this.http.json('POST', 'invitations', { json: invitation, creates: true });
  }

  /** Lists the valid invitations, without their codes. */
  list(options: PageOptions = {}): List<ListedInvitation> {
    return list(this.http, 'invitations', { ...options });
  }

  /** Revokes an invitation. Errors: NOT_FOUND. */
  async remove(invitationId: string): Promise<void> {
    await this.http.json('DELETE', `invitations/${encodeURIComponent(invitationId)}`);
  }
}

/** The list behind `KingShare.presence`. */
export function presence(http: Http, options: PageOptions = {}): List<Presence> {
  return list(http, 'presence', { ...options });
}
