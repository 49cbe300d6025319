#include "edge/connection_registry.h"

#include <boost/asio/post.hpp>

#include <memory>

namespace ks::edge {

namespace {

// Detaches the counts that slots still refer to; the last slot of each deletes it.
template <class Counts>
void detach(Counts& counts) {
    for (auto& [key, count] : counts) count->registry = nullptr;
}

// Deletes a count without connections.
template <class Counts, class Count>
void leave_count(Counts& counts, Count& count) {
    if (--count.connections > 0) return;
    counts.erase(count.key);
    delete &count;
}

}  // namespace

ConnectionRegistry::~ConnectionRegistry() {
    detach(by_address_);
    detach(by_user_);
}

template <class Key>
ConnectionCount<Key>& ConnectionRegistry::count_of(Counts<Key>& counts, const Key& key) {
    auto [entry, is_new] = counts.try_emplace(key);
    if (is_new) entry->second = new ConnectionCount<Key>{this, key};
    return *entry->second;
}

Admission ConnectionRegistry::admit(const std::string& address, const std::optional<Actor>& user) {
    if (total_ >= settings_.max_connections) return {.refusal = engine::too_many_connections("to this server", settings_.max_connections)};
    auto found = by_address_.find(address);
    if (found != by_address_.end() && found->second->connections >= settings_.max_connections_per_ip) {
        return {.refusal = engine::too_many_connections("from your address", settings_.max_connections_per_ip)};
    }
    Admission admission;
    admission.slot.address = CountedConnection<std::string>(count_of(by_address_, address));
    ++total_;
    for (engine::ConnectionObserver* observer : observers_) observer->connected_from(address);
    if (!user) return admission;
    auto signed_in = sign_in(*user);
    if (signed_in) {
        admission.slot.user = std::move(*signed_in);
    } else {
        admission.refusal = std::move(signed_in.error());
    }
    return admission;
}

Result<CountedUser> ConnectionRegistry::sign_in(const Actor& user) {
    auto found = by_user_.find(user.user_id);
    if (found != by_user_.end() && found->second->connections >= settings_.max_connections_per_user) {
        return tl::unexpected(engine::too_many_connections("of this user", settings_.max_connections_per_user));
    }
    CountedUser place(count_of(by_user_, user.user_id));
    for (engine::ConnectionObserver* observer : observers_) observer->connected(user.user_id, user.username);
    return place;
}

void ConnectionRegistry::leave(ConnectionCount<std::string>& address) {
    const std::string key = address.key;
    --total_;
    leave_count(by_address_, address);
    for (engine::ConnectionObserver* observer : observers_) observer->disconnected_from(key);
}

void ConnectionRegistry::leave(ConnectionCount<UserId>& user) {
    const UserId id = user.key;
    leave_count(by_user_, user);
    for (engine::ConnectionObserver* observer : observers_) observer->disconnected(id);
}

template <class Key>
CountedConnection<Key>::~CountedConnection() {
    if (!count_) return;
    ConnectionRegistry* registry = count_->registry;
    if (!registry) {
        release(count_);
        return;
    }
    // Releases the place when the loop runs this, or when it destroys this because it has stopped: a post from there would never end.
    auto leave = [place = std::unique_ptr<ConnectionCount<Key>, decltype(&release)>(count_, release)]() mutable { place.reset(); };
    asio::post(registry->loop_, std::move(leave));
}

template <class Key>
void CountedConnection<Key>::release(ConnectionCount<Key>* count) {
    if (count->registry) return count->registry->leave(*count);
    if (--count->connections == 0) delete count;
}

template class CountedConnection<std::string>;
template class CountedConnection<UserId>;

}  // namespace ks::edge
