#include "model/account.h"

#include "base/unicode.h"

namespace ks {

std::string_view name_of(Role role) { return role == Role::Admin ? "admin" : "user"; }

std::optional<Role> role_named(std::string_view name) {
    if (name == "user") return Role::User;
    if (name == "admin") return Role::Admin;
    return std::nullopt;
}

Result<std::string> clean_username(std::string_view given) {
    constexpr std::size_t longest = 32;
    constexpr std::size_t most_bytes = 4 * longest;
    std::string folded = fold_case(given.substr(0, most_bytes));
    for (char c : folded) {
        bool allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
        if (!allowed) return bad_field("username", "The username may only contain a-z, 0-9, '.', '_' and '-'");
    }
    if (folded.size() < 3 || folded.size() > longest) return bad_field("username", "The username must have 3 to 32 characters");
    return folded;
}

Result<void> check_password(std::string_view given) {
    if (given.size() < 8) return bad_field("password", "The password must have at least 8 characters");
    if (given.size() > 1024) return bad_field("password", "The password must have at most 1024 bytes");
    return {};
}

}  // namespace ks
