#include "engine/registration.h"

#include "base/crypto.h"

namespace ks::engine {

namespace {

constexpr std::size_t setup_code_length = 24;  // 144 bits

tl::unexpected<Error> bad_code(Role role) {
    if (role == Role::Admin) return fail(ErrorCode::NotFound, "This set-up code is invalid or already used");
    return fail(ErrorCode::Forbidden, "This invitation is invalid, expired or already used; ask for a new one");
}

}  // namespace

Registration::Registration(MetaStore& store, const PasswordHashing& hashing, const Sessions& sessions, const Clock& clock,
                           RegistrationPolicy policy, std::string setup_key)
    : store_(store), hashing_(hashing), sessions_(sessions), clock_(clock), policy_(policy), setup_key_(std::move(setup_key)) {}

awaitable<Result<SignedIn>> Registration::create(std::string given_name, std::string password, Role role, std::optional<std::string> code) {
    KS_CO_TRY(auto username, clean_username(given_name));
    KS_CO_CHECK(check_password(password));
    // Hashing is expensive: verify the code first.
    auto check_code = [this, role, code](Tx& tx) -> Result<void> {
        if (code && !tx.sessions().has_invitation(sha256(*code), role, clock_.now())) return bad_code(role);
        return {};
    };
    KS_CO_CHECK(co_await read(store_, std::move(check_code)));
    KS_CO_TRY(auto password_hash, co_await hashing_.hash(std::move(password)));
    User user{.id = UserId::make(), .username = username, .password_hash = password_hash, .role = role, .created_at = clock_.now()};
    auto work = [this, user, code](Tx& tx) -> Result<SignedIn> {
        if (code && !tx.sessions().take_invitation(sha256(*code), user.role, clock_.now())) return bad_code(user.role);
        // Set-up codes are void once an administrator exists.
        if (user.role == Role::Admin) tx.sessions().remove_invitations(Role::Admin);
        if (!tx.users().insert(user)) return fail(ErrorCode::Conflict, "The username " + user.username + " is taken");
        return sessions_.begin(tx, user, SessionKind::Tokens);
    };
    co_return co_await write(store_, std::move(work));
}

awaitable<Result<SignedIn>> Registration::register_user(std::string username, std::string password, std::optional<std::string> invitation) {
    if (policy_ == RegistrationPolicy::Closed && !invitation) {
        co_return fail(ErrorCode::Forbidden, "Registration is closed; ask the administrator for an account");
    }
    if (policy_ == RegistrationPolicy::Invite && !invitation) {
        co_return fail(ErrorCode::Forbidden, "Registration requires an invitation; ask the administrator for one");
    }
    if (policy_ == RegistrationPolicy::Open) invitation.reset();
    co_return co_await create(std::move(username), std::move(password), Role::User, std::move(invitation));
}

awaitable<Result<SignedIn>> Registration::setup(std::string code, std::string username, std::string password) {
    co_return co_await create(std::move(username), std::move(password), Role::Admin, std::move(code));
}

awaitable<Result<void>> Registration::create_admin(std::string username, std::string password) {
    KS_CO_CHECK(co_await create(std::move(username), std::move(password), Role::Admin, std::nullopt));
    co_return Result<void>{};
}

awaitable<Result<std::string>> Registration::make_setup_code() {
    auto keep = [this](Tx& tx) -> Result<std::string> {
        std::string code = base64url(hmac_sha256(setup_key_, tx.journal().epoch(random_token(12)))).substr(0, setup_code_length);
        tx.sessions().insert_invitation({sha256(code), Role::Admin, clock_.now() + std::chrono::days(365), InvitationId::make()});
        // After the insert, which waits for another node's set-up that is about to use the code.
        if (tx.users().any()) return fail(ErrorCode::Conflict, "There are users already");
        return code;
    };
    co_return co_await write(store_, std::move(keep));
}

}  // namespace ks::engine
