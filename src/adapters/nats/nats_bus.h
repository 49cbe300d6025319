#pragma once

#include "adapters/nats/connection.h"
#include "adapters/nats/wire.h"
#include "ports/bus.h"

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <thread>
#include <unordered_map>

namespace ks::nats {

struct BusOptions {
    ConnectionOptions connection;
    std::string prefix = "ks";  // of all subjects: installations on the same servers have different ones
};

// Recognizes messages that arrive several times, on the subjects of several recipients. Not thread-safe.
class Duplicates {
public:
    bool is_new(const NodeId& sender, std::uint64_t number);  // the first call for each message returns true

private:
    static constexpr std::size_t window = 256;  // numbers that may arrive between two copies of a message
    static constexpr std::size_t max_senders = 1024;

    std::unordered_map<NodeId, std::array<std::uint64_t, window>> seen_;
};

// Bus over NATS servers (core NATS, at most once). Subjects: PREFIX.u.USER and PREFIX.s.SHARE reach the nodes that watch the topic,
// PREFIX.n.NODE that node, PREFIX.all all nodes. Listeners of this node are called directly; a thread of its own sends to the others, so
// that no caller waits for the network. Messages from other nodes arrive on one thread, in the order of their publication by each node.
class NatsBus final : public Bus, private ConnectionListener {
public:
    explicit NatsBus(BusOptions options);
    ~NatsBus() override;

    void publish(BusMessages messages) override;
    void subscribe(std::function<void(BusMessages)> listener) override { listeners_.push_back(std::move(listener)); }
    void on_lost(std::function<void()> listener) override { on_lost_ = std::move(listener); }
    void start() override;
    void stop() override;
    void watch(const BusTopic& topic, std::function<void()> ready) override;
    void unwatch(const BusTopic& topic) override;
    BusState state() const override { return connected_ ? BusState::Connected : BusState::Disconnected; }

private:
    struct Watch {
        BusTopic topic;
        std::function<void()> ready;
    };
    struct Unwatch {
        BusTopic topic;
    };
    using Publication = std::vector<BusMessagePtr>;
    using Command = std::variant<Publication, Watch, Unwatch>;

    using Time = std::chrono::steady_clock::time_point;

    struct Watched {
        std::size_t watchers = 0;
        Time unwatched_at{};  // if there are no watchers
        Subscription subscription{};
    };

    void on_message(std::string_view payload) override;
    void on_connected() override;
    void on_disconnected() override;
    void on_dropped() override;
    void lose();

    void post(Command command);
    // On the sending thread:
    void run();
    void connect();
    void execute(Publication& publication);
    void execute(Watch& watch);
    void execute(Unwatch& unwatch);
    void send(BusMessages messages, std::uint64_t first, const std::vector<std::string>& subjects);
    void send(const std::string& subject, std::string_view payload);
    void call_ready();
    void report_unsent();
    void end_unwatched();
    std::string subject_of(const BusTopic& topic) const;
    std::vector<std::string> subjects_of(const BusMessage& message) const;

    const BusOptions options_;
    const std::string to_all_;
    const NodeId node_ = NodeId::make();
    std::vector<std::function<void(BusMessages)>> listeners_;
    std::function<void()> on_lost_;
    std::atomic<bool> connected_{false};
    Duplicates duplicates_;         // thread of on_message()
    bool refused_payload_ = false;  // likewise

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Command> commands_;
    std::size_t queued_messages_ = 0;
    bool stopping_ = false;
    std::atomic<bool> unsent_{false};  // messages were dropped: the other nodes have to be told

    // Sending thread only.
    std::unique_ptr<Connection> connection_;
    Subscription all_;
    std::unordered_map<std::string, Watched> watched_;    // by subject
    std::deque<std::pair<Time, std::string>> unwatched_;  // subjects that may have no watchers left, by time
    std::vector<std::function<void()>> ready_;
    Time connect_at_{};  // not earlier
    std::uint64_t last_number_ = 0;
    std::thread thread_;
};

}  // namespace ks::nats
