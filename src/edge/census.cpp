#include "edge/census.h"

namespace ks {

namespace {

tl::unexpected<Error> limit(const char* whose, std::size_t count) {
    return fail(ErrorCode::ConnectionLimit,
                std::string("Too many connections ") + whose + ": " + std::to_string(count) + " are allowed; close one or try again later");
}

template <class Key>
void remove_one(std::unordered_map<Key, std::size_t>& counts, const Key& key) {
    auto found = counts.find(key);
    KS_ASSERT(found != counts.end());
    if (--found->second == 0) counts.erase(found);
}

}  // namespace

Result<void> Census::admit(const std::string& address) {
    if (total_ >= settings_.max_connections) return limit("to this server", settings_.max_connections);
    auto& here = by_address_[address];
    if (here >= settings_.max_connections_per_ip) return limit("from your address", settings_.max_connections_per_ip);
    ++here;
    ++total_;
    return {};
}

void Census::leave(const std::string& address) {
    remove_one(by_address_, address);
    --total_;
}

Result<void> Census::join(const UserId& user, const std::string& username) {
    auto& here = by_user_[user];
    if (here >= settings_.max_connections_per_user) return limit("of this user", settings_.max_connections_per_user);
    ++here;
    presence_.connected(user, username);
    return {};
}

void Census::part(const UserId& user) {
    remove_one(by_user_, user);
    presence_.disconnected(user);
}

}  // namespace ks
