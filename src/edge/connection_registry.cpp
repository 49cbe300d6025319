#include "edge/connection_registry.h"

namespace ks {

namespace {

tl::unexpected<Error> limit(const char* whose, std::size_t count) {
    return fail(ErrorCode::ConnectionLimit, std::string("Too many connections ") + whose + ": the limit is " + std::to_string(count) +
                                                "; close one or try again later");
}

}  // namespace

Result<ConnectionRegistry::Address*> ConnectionRegistry::add_connection(const std::string& address) {
    if (total_ >= settings_.max_connections) return limit("to this server", settings_.max_connections);
    Address& here = *by_address_.try_emplace(address).first;
    if (here.second >= settings_.max_connections_per_ip) return limit("from your address", settings_.max_connections_per_ip);
    ++here.second;
    ++total_;
    return &here;
}

void ConnectionRegistry::remove_connection(Address& address) {
    --total_;
    if (--address.second == 0) by_address_.erase(by_address_.find(address.first));
}

Result<void> ConnectionRegistry::add_user(const UserId& user, const std::string& username) {
    auto& here = by_user_[user];
    if (here >= settings_.max_connections_per_user) return limit("of this user", settings_.max_connections_per_user);
    ++here;
    presence_.connected(user, username);
    return {};
}

void ConnectionRegistry::remove_user(const UserId& user) {
    auto found = by_user_.find(user);
    KS_ASSERT(found != by_user_.end());
    if (--found->second == 0) by_user_.erase(found);
    presence_.disconnected(user);
}

}  // namespace ks
