#pragma once

// Fixture of the WsEngine tests: an engine over socket pairs.

#include "base/size.h"
#include "net/ws_engine.h"
#include "net/ws_frame.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fcntl.h>
#include <functional>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace ks::net::testing_engine {

using namespace std::chrono_literals;

struct Log {
    std::vector<std::string> texts;
    int binaries = 0;
    std::vector<std::uint16_t> ends;
    bool destroyed = false;
    std::function<void(WsSocket&, std::string_view)> on_text;
    std::function<void(WsSocket&)> on_sent;
    std::function<void(WsSocket&)> on_end;
    std::optional<Steady::time_point> deadline;
    std::function<void(WsSocket&)> on_deadline;
};

class Handler final : public WsHandler {
public:
    explicit Handler(Log& log) : log_(log) {}
    ~Handler() override { log_.destroyed = true; }
    void on_text(WsSocket& socket, std::string_view message) override {
        log_.texts.emplace_back(message);
        if (log_.on_text) log_.on_text(socket, message);
    }
    void on_binary(WsSocket&) override { ++log_.binaries; }
    std::optional<Steady::time_point> deadline() const override { return log_.deadline; }
    void on_deadline(WsSocket& socket) override {
        if (log_.on_deadline) log_.on_deadline(socket);
    }
    void on_sent(WsSocket& socket) override {
        if (log_.on_sent) log_.on_sent(socket);
    }
    void on_end(WsSocket& socket, std::uint16_t code) override {
        log_.ends.push_back(code);
        if (log_.on_end) log_.on_end(socket);
    }

private:
    Log& log_;
};

struct Received {
    Incoming::Kind kind;
    std::string payload;
    bool compressed;
};

// The client's end of a socket pair.
class Peer {
public:
    explicit Peer(int descriptor) : descriptor_(descriptor) { fcntl(descriptor, F_SETFL, O_NONBLOCK); }
    ~Peer() { vanish(); }

    void raw(std::string_view bytes) { ASSERT_EQ(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL), ssize_t(bytes.size())); }
    void frame(FrameHeader header, std::string_view payload) {
        header.mask = Mask{'m', 'a', 's', 'k'};
        raw(encode_frame(header, payload));
    }
    void text(std::string_view payload) { frame({.opcode = Opcode::Text}, payload); }
    void close(std::uint16_t code, std::string_view reason = {}) {
        std::string payload{static_cast<char>(code >> 8), static_cast<char>(code)};
        frame({.opcode = Opcode::Close}, payload.append(reason));
    }
    void vanish() {
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = -1;
    }

    void read() {
        std::string buffer(64_KiB, 0);
        for (ssize_t n; (n = recv(descriptor_, buffer.data(), buffer.size(), 0)) >= 0;) {
            if (n == 0) {
                at_end = true;
                return;
            }
            std::span<char> bytes(buffer.data(), static_cast<std::size_t>(n));
            while (true) {
                auto incoming = reader_.next(bytes, {.max_message_bytes = 1 << 24, .deflate = true, .from_client = false});
                if (incoming.kind == Incoming::Kind::Nothing) break;
                ASSERT_NE(incoming.kind, Incoming::Kind::Violation);
                received.push_back({incoming.kind, std::string(incoming.payload), incoming.compressed});
            }
        }
        if (errno != EAGAIN) at_end = true;
    }
    std::size_t count(Incoming::Kind kind) const {
        return static_cast<std::size_t>(std::count_if(received.begin(), received.end(), [&](auto& one) { return one.kind == kind; }));
    }
    std::uint16_t close_code() const {
        for (auto& one : received)
            if (one.kind == Incoming::Kind::Close) return read_close(one.payload).code;
        return 0;
    }

    std::vector<Received> received;
    bool at_end = false;

private:
    int descriptor_;
    FrameReader reader_;
};

enum class Syscalls : std::uint8_t { Plain, IoUring };

// Runs each test with plain system calls and with io_uring.
struct WsEngineTest : testing::TestWithParam<Syscalls> {
    void SetUp() override {
        if (GetParam() != Syscalls::IoUring) return;
        if (auto refusal = io_uring_refusal()) GTEST_SKIP() << "the kernel refuses io_uring: " << *refusal;
    }

    WsOptions options{
        .max_message_bytes = 1000, .max_queued_bytes = 64_KiB, .ping_interval = 10s, .idle_timeout = 20s, .close_timeout = 10s};
    asio::io_context loop{1};
    TimerWheel wheel{loop};

    struct Connection {
        Log log;
        std::unique_ptr<Peer> peer;
        WsSocket* socket;
    };
    std::vector<std::unique_ptr<Connection>> connections;
    std::unique_ptr<WsEngine> engine;

    Connection* connect(bool deflate = false, std::string early = {}, std::string answer = {}) {
        if (!engine) {
            auto syscalls = GetParam() == Syscalls::IoUring ? io_uring_syscalls() : plain_syscalls();
            engine = std::make_unique<WsEngine>(loop, wheel, std::move(syscalls), options);
        }
        int pair[2];
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
        auto connection = connections.emplace_back(std::make_unique<Connection>()).get();
        connection->peer = std::make_unique<Peer>(pair[1]);
        connection->socket =
            &engine->adopt({pair[0], std::move(answer), std::move(early)}, deflate, std::make_unique<Handler>(connection->log));
        return connection;
    }

    template <class Condition>
    void run_until(Condition condition) {
        auto limit = Steady::now() + 10s;
        while (!condition()) {
            ASSERT_LT(Steady::now(), limit);
            loop.run_one_for(20ms);
        }
    }
    // Polls until no handler is ready.
    void run_out() {
        while (loop.poll() > 0) {
        }
    }

    static Frame frame(std::string_view text) { return make_frame(text, true); }
};

inline const auto both_ways = testing::Values(Syscalls::Plain, Syscalls::IoUring);
inline std::string name_of(const testing::TestParamInfo<Syscalls>& way) { return way.param == Syscalls::Plain ? "Plain" : "IoUring"; }

}  // namespace ks::net::testing_engine
