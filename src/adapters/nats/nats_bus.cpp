#include "adapters/nats/nats_bus.h"

#include "base/log.h"
#include "base/result.h"
#include "base/size.h"

#include <algorithm>

namespace ks::nats {

namespace {

constexpr std::size_t max_payload = 32_KiB;
constexpr std::size_t max_subjects = 16;  // a message for more topics is sent once, to all nodes
constexpr std::size_t max_queued_messages = 65'536;
constexpr std::chrono::seconds unsubscribe_after(2);  // a user who reconnects finds the subscription
constexpr std::chrono::seconds connect_interval(3);
constexpr std::chrono::seconds housekeeping_interval(1);
constexpr Duration flush_timeout{1000};

}  // namespace

bool Duplicates::is_new(const NodeId& sender, std::uint64_t number) {
    if (seen_.size() == max_senders && !seen_.contains(sender)) seen_.clear();  // each start of a node is another sender
    return std::exchange(seen_[sender][number % window], number) != number;
}

NatsBus::NatsBus(BusOptions options) : options_(std::move(options)), to_all_(options_.prefix + ".all") {}

NatsBus::~NatsBus() { stop(); }

void NatsBus::start() {
    thread_ = std::thread([this] { run(); });
}

void NatsBus::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void NatsBus::publish(BusMessages messages) {
    for (const auto& listener : listeners_) listener(messages);
    post(Publication(messages.begin(), messages.end()));
}

void NatsBus::watch(const BusTopic& topic, std::function<void()> ready) {
    bool waits = connected_;
    post(Watch{topic, waits ? std::move(ready) : nullptr});
    if (!waits) ready();
}

void NatsBus::unwatch(const BusTopic& topic) { post(Unwatch{topic}); }

void NatsBus::post(Command command) {
    {
        std::lock_guard lock(mutex_);
        if (const auto* publication = std::get_if<Publication>(&command)) {
            if (stopping_ || queued_messages_ + publication->size() > max_queued_messages) {
                unsent_ = true;
                return;
            }
            queued_messages_ += publication->size();
        }
        commands_.push_back(std::move(command));
    }
    wake_.notify_one();
}

void NatsBus::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_ || !commands_.empty()) {
        std::deque<Command> commands = std::exchange(commands_, {});
        queued_messages_ = 0;
        lock.unlock();
        if (!connection_ || connection_->is_closed()) connect();
        for (Command& command : commands) {
            std::visit([this](auto& each) { execute(each); }, command);
        }
        call_ready();
        report_unsent();
        end_unwatched();
        lock.lock();
        auto until = std::chrono::steady_clock::now() + housekeeping_interval;
        if (!unwatched_.empty()) until = std::min(until, unwatched_.front().first + unsubscribe_after);
        wake_.wait_until(lock, until, [this] { return stopping_ || !commands_.empty(); });
    }
    lock.unlock();
    if (connected_.exchange(false)) connection_->flush(flush_timeout);
    watched_.clear();
    all_.reset();
    connection_.reset();
}

// The first connection, or another one after the servers refused it.
void NatsBus::connect() {
    auto now = std::chrono::steady_clock::now();
    if (now < connect_at_) return;
    connect_at_ = now + connect_interval;
    bool is_refused = connection_ != nullptr;
    for (auto& [subject, watched] : watched_) watched.subscription.reset();
    all_.reset();
    connection_.reset();
    connected_ = false;
    try {
        connection_ = std::make_unique<Connection>(options_.connection, static_cast<ConnectionListener&>(*this));
    } catch (const std::exception& error) {
        log::error("connecting to the bus failed", {{"reason", error.what()}});
        return;
    }
    all_ = connection_->subscribe(to_all_);
    for (auto& [subject, watched] : watched_) watched.subscription = connection_->subscribe(subject);
    if (connection_->connected_at_once()) return on_connected();
    log::warning(is_refused ? "the bus refuses the connection; trying again" : "the bus cannot be reached; trying again");
}

// Consecutive messages for the same subjects are sent as one.
void NatsBus::execute(Publication& publication) {
    for (auto first = publication.begin(); first != publication.end();) {
        auto subjects = subjects_of(**first);
        auto has_others = [this, &subjects](const BusMessagePtr& message) { return subjects_of(*message) != subjects; };
        auto last = std::find_if(first + 1, publication.end(), has_others);
        send({first, last}, last_number_ + 1, subjects);
        last_number_ += static_cast<std::uint64_t>(last - first);
        first = last;
    }
}

void NatsBus::send(BusMessages messages, std::uint64_t first, const std::vector<std::string>& subjects) {
    if (subjects.empty()) return;
    std::string payload = encode(node_, first, messages, Texts::Included);
    if (payload.size() > max_payload && messages.size() > 1) {
        std::size_t half = messages.size() / 2;
        send(messages.first(half), first, subjects);
        send(messages.subspan(half), first + half, subjects);
        return;
    }
    if (payload.size() > max_payload) payload = encode(node_, first, messages, Texts::Omitted);
    if (payload.size() > max_payload) payload = encode(node_, first, {}, Texts::Omitted);
    for (const std::string& subject : subjects) send(subject, payload);
}

void NatsBus::send(const std::string& subject, std::string_view payload) {
    if (!connection_ || !connection_->publish(subject, payload)) unsent_ = true;
}

void NatsBus::execute(Watch& watch) {
    std::string subject = subject_of(watch.topic);
    Watched& watched = watched_[subject];
    ++watched.watchers;
    if (connection_ && !watched.subscription) watched.subscription = connection_->subscribe(subject);
    if (watch.ready) ready_.push_back(std::move(watch.ready));
}

void NatsBus::execute(Unwatch& unwatch) {
    std::string subject = subject_of(unwatch.topic);
    auto found = watched_.find(subject);
    KS_ASSERT(found != watched_.end() && found->second.watchers > 0);
    if (--found->second.watchers > 0) return;
    found->second.unwatched_at = std::chrono::steady_clock::now();
    unwatched_.emplace_back(found->second.unwatched_at, std::move(subject));
}

void NatsBus::call_ready() {
    if (ready_.empty()) return;
    if (connected_) connection_->flush(flush_timeout);
    for (const auto& ready : std::exchange(ready_, {})) ready();
}

// Tells the other nodes that messages of this one were dropped.
void NatsBus::report_unsent() {
    if (!connected_ || !unsent_.exchange(false)) return;
    log::warning("messages to other nodes were dropped; they read the journal");
    send(to_all_, encode(node_, last_number_, {}, Texts::Omitted));
}

void NatsBus::end_unwatched() {
    auto due = std::chrono::steady_clock::now() - unsubscribe_after;
    for (; !unwatched_.empty() && unwatched_.front().first <= due; unwatched_.pop_front()) {
        auto found = watched_.find(unwatched_.front().second);
        if (found != watched_.end() && found->second.watchers == 0 && found->second.unwatched_at <= due) watched_.erase(found);
    }
}

std::string NatsBus::subject_of(const BusTopic& topic) const {
    if (const auto* user = std::get_if<UserId>(&topic)) return options_.prefix + ".u." + user->text();
    if (const auto* node = std::get_if<NodeId>(&topic)) return options_.prefix + ".n." + node->text();
    return options_.prefix + ".s." + std::get<ShareId>(topic).text();
}

std::vector<std::string> NatsBus::subjects_of(const BusMessage& message) const {
    if (const auto* to_node = std::get_if<NodeMessage>(&message)) return {subject_of(to_node->to)};
    const auto* delivery = std::get_if<EventDelivery>(&message);
    if (!delivery) return {to_all_};
    const Recipients& recipients = delivery->recipients;
    bool is_for_all = recipients.everyone || recipients.others || recipients.users.size() + recipients.shares.size() > max_subjects;
    if (is_for_all) return {to_all_};
    std::vector<std::string> subjects;
    for (const UserId& user : recipients.users) subjects.push_back(subject_of(user));
    for (const ShareId& share : recipients.shares) subjects.push_back(subject_of(share));
    return subjects;
}

void NatsBus::on_message(std::string_view payload) {
    auto batch = decode(payload);
    if (!batch) {
        if (!std::exchange(refused_payload_, true)) log::warning("a message on the bus is malformed, or of a newer version");
        return lose();
    }
    if (batch->sender == node_) return;
    if (batch->messages.empty()) return lose();
    std::vector<BusMessagePtr> messages;
    for (std::uint64_t number = batch->first; auto& message : batch->messages) {
        if (duplicates_.is_new(batch->sender, number++)) messages.push_back(std::move(message));
    }
    if (messages.empty()) return;
    for (const auto& listener : listeners_) listener(messages);
}

void NatsBus::on_connected() {
    connected_ = true;
    log::info("connected to the bus");
    lose();
}

void NatsBus::on_disconnected() {
    if (connected_.exchange(false)) log::warning("disconnected from the bus; reconnecting");
}

void NatsBus::on_dropped() {
    log::warning("messages from other nodes were dropped: they arrived too fast");
    lose();
}

void NatsBus::lose() {
    if (on_lost_) on_lost_();
}

}  // namespace ks::nats
