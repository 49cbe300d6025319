#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"

namespace ks::sql {

namespace {

const std::string select_session = "SELECT id, user_id, kind, name, generation, created_at, expires_at FROM sessions ";

std::string_view name_of(SessionKind kind) {
    switch (kind) {
        case SessionKind::Tokens: return "tokens";
        case SessionKind::Cookie: return "cookie";
        case SessionKind::Personal: return "personal";
    }
    return "tokens";
}

SessionKind session_kind_named(std::string_view name) {
    if (name == name_of(SessionKind::Cookie)) return SessionKind::Cookie;
    if (name == name_of(SessionKind::Personal)) return SessionKind::Personal;
    return SessionKind::Tokens;
}

Session session_of(Query& row) {
    Session session;
    std::string kind;
    row.read(session.id, session.user_id, kind, session.name, session.generation, session.created_at, session.expires_at);
    session.kind = session_kind_named(kind);
    return session;
}

}  // namespace

void SqlSessions::insert(const Session& session) {
    Query(db_, "INSERT INTO sessions (id, user_id, kind, name, generation, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
          session.id, session.user_id, name_of(session.kind), session.name, session.generation, session.created_at, session.expires_at)
        .run();
}

std::optional<Session> SqlSessions::find(const SessionId& id) {
    static const std::string sql = select_session + "WHERE id = $1";
    Query query(db_, sql, id);
    return query.next() ? std::optional(session_of(query)) : std::nullopt;
}

std::optional<Session> SqlSessions::lock(const SessionId& id) {
    static const LockingSelect select(select_session + "WHERE id = $1");
    Query query(db_, select.in(db_), id);
    return query.next() ? std::optional(session_of(query)) : std::nullopt;
}

void SqlSessions::rotate(const SessionId& id, std::uint32_t generation, Time expires_at) {
    Query(db_, "UPDATE sessions SET generation = $2, expires_at = $3 WHERE id = $1", id, generation, expires_at).run();
}

bool SqlSessions::remove(const SessionId& id) { return Query(db_, "DELETE FROM sessions WHERE id = $1", id).run() > 0; }

void SqlSessions::remove_all(const UserId& user, const std::optional<SessionId>& except) {
    Query(db_, "DELETE FROM sessions WHERE user_id = $1 AND id <> $2", user, Bytes{except ? except->raw() : std::string_view()}).run();
}

std::vector<Session> SqlSessions::list_personal(const UserId& user, const Page& page) {
    static const std::string sql = select_session + "WHERE user_id = $1 AND kind = 'personal' AND id > $2 ORDER BY id LIMIT $3";
    Query query(db_, sql, user, Bytes{page.after_id}, page.limit);
    std::vector<Session> sessions;
    while (query.next()) sessions.push_back(session_of(query));
    return sessions;
}

int SqlSessions::remove_expired(Time now, int limit) {
    auto sessions = Query(db_,
                          "DELETE FROM sessions WHERE id IN "
                          "(SELECT id FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2) AND expires_at <= $1",
                          now, limit)
                        .run();
    auto invitations = Query(db_,
                             "DELETE FROM invitations WHERE code_hash IN "
                             "(SELECT code_hash FROM invitations WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
                             now, limit - static_cast<int>(sessions))
                           .run();
    Query(db_, "DELETE FROM password_resets WHERE expires_at <= $1", now).run();
    return static_cast<int>(sessions + invitations);
}

void SqlSessions::insert_invitation(const Invitation& invitation) {
    Query(db_,
          "INSERT INTO invitations (code_hash, role, expires_at, id) VALUES ($1, $2, $3, $4) "
          "ON CONFLICT (code_hash) DO UPDATE SET expires_at = excluded.expires_at",
          Bytes{invitation.code_hash}, ks::name_of(invitation.role), invitation.expires_at, invitation.id)
        .run();
}

bool SqlSessions::has_invitation(const std::string& code_hash, Role role, Time now) {
    return Query(db_, "SELECT 1 FROM invitations WHERE code_hash = $1 AND role = $2 AND expires_at > $3", Bytes{code_hash},
                 ks::name_of(role), now)
        .next();
}

std::optional<Invitation> SqlSessions::take_invitation(const std::string& code_hash, Role role, Time now) {
    Query query(db_, "DELETE FROM invitations WHERE code_hash = $1 AND role = $2 AND expires_at > $3 RETURNING expires_at",
                Bytes{code_hash}, ks::name_of(role), now);
    if (!query.next()) return std::nullopt;
    Invitation invitation{.code_hash = code_hash, .role = role};
    query.read(invitation.expires_at);
    return invitation;
}

void SqlSessions::remove_invitations(Role role) { Query(db_, "DELETE FROM invitations WHERE role = $1", ks::name_of(role)).run(); }

std::vector<Invitation> SqlSessions::list_invitations(Role role, Time now, const Page& page) {
    Query query(db_, "SELECT id, expires_at FROM invitations WHERE role = $1 AND expires_at > $2 AND id > $3 ORDER BY id LIMIT $4",
                ks::name_of(role), now, Bytes{page.after_id}, page.limit);
    std::vector<Invitation> invitations;
    while (query.next()) {
        Invitation invitation{.code_hash = {}, .role = role};
        query.read(invitation.id, invitation.expires_at);
        invitations.push_back(std::move(invitation));
    }
    return invitations;
}

bool SqlSessions::remove_invitation(const InvitationId& id, Role role) {
    return Query(db_, "DELETE FROM invitations WHERE id = $1 AND role = $2", id, ks::name_of(role)).run() > 0;
}

void SqlSessions::put_password_reset(const PasswordReset& reset) {
    Query(db_,
          "INSERT INTO password_resets (user_id, code_hash, expires_at) VALUES ($1, $2, $3) "
          "ON CONFLICT (user_id) DO UPDATE SET code_hash = excluded.code_hash, expires_at = excluded.expires_at",
          reset.user_id, Bytes{reset.code_hash}, reset.expires_at)
        .run();
}

std::optional<UserId> SqlSessions::find_password_reset(const std::string& code_hash, Time now) {
    Query query(db_, "SELECT user_id FROM password_resets WHERE code_hash = $1 AND expires_at > $2", Bytes{code_hash}, now);
    if (!query.next()) return std::nullopt;
    UserId user;
    query.read(user);
    return user;
}

void SqlSessions::remove_password_reset(const UserId& user) { Query(db_, "DELETE FROM password_resets WHERE user_id = $1", user).run(); }

}  // namespace ks::sql
