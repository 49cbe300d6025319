#pragma once

#include "base/clock.h"
#include "base/id.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ks {

enum class Role : std::uint8_t { User, Admin };

std::string_view name_of(Role role);
std::optional<Role> role_named(std::string_view name);

struct User {
    UserId id;
    std::string username;
    std::string password_hash;
    Role role = Role::User;
    std::uint64_t quota_bytes = 0;  // 0: unset, the default quota applies
    std::uint64_t used_bytes = 0;   // files and received bytes of unfinished uploads
    bool disabled = false;
    Time tokens_valid_from{};  // tokens of other issuers are invalid if issued before
    Time created_at{};
    std::optional<Time> last_seen{};
    std::uint64_t reserved_bytes = 0;  // reserved quota of uploads in progress
};

enum class SessionKind : std::uint8_t { Tokens, Cookie, Personal };

// Result of a sign-in: a family of access and refresh tokens, a browser's cookie, or a personal access token.
struct Session {
    SessionId id;
    UserId user_id;
    SessionKind kind = SessionKind::Tokens;
    std::string name{};            // of a personal access token
    std::uint32_t generation = 0;  // of the valid refresh token
    Time created_at{};
    std::optional<Time> expires_at{};
};

struct Invitation {
    std::string code_hash;
    Role role = Role::User;  // Admin: the one-time setup code
    Time expires_at{};
    InvitationId id{};
};

// A one-time code to set a new password, created by an administrator.
struct PasswordReset {
    UserId user_id;
    std::string code_hash;
    Time expires_at{};
};

Result<std::string> clean_username(std::string_view given);  // case folded; 3–32 of a-z0-9._-
Result<void> check_password(std::string_view given);         // 8–1024 bytes

}  // namespace ks
