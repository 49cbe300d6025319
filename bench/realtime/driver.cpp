// Load generator: connects WebSockets to a server over loopback, then executes commands from standard input, one per line, and prints one
// line of figures for each. Single-threaded with batched system calls, so that it uses less CPU than the server under test.
#include "client.h"
#include "net/syscall_batch.h"
#include "net/ws_frame.h"

#include <getopt.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <vector>

namespace {

using namespace load;
using ks::net::Opcode;

constexpr std::size_t batch = 64;
constexpr std::size_t slot_bytes = 32UL * 1024;
constexpr std::uint32_t sources = 100;  // loopback source addresses of the connections
constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t patience = 60 * second;

struct Options {
    std::uint16_t port = 0;
    std::size_t connections = 1, at_once = 64;
    std::string target = "/", hello, ready, tokens;  // {token}: replaced by a line of the tokens file, in rotation
    std::string say;                                 // message published on the first connection, with {stamp} replaced; if empty,
    std::string post, body;                          // published by HTTP: request head without Content-Length, and body
    std::string echo;                                // request message; each is answered by one message
    bool binary = false;
};

class Load {
public:
    explicit Load(Options options) : options_(std::move(options)), receive_buffer_(batch * slot_bytes, '\0') {
        std::ifstream tokens(options_.tokens);
        for (std::string line; std::getline(tokens, line);) tokens_.push_back(line);
    }

    void connect_all() {
        while (ready_ < options_.connections) {
            while (clients_.size() < options_.connections && clients_.size() - ready_ < options_.at_once) connect();
            turn(patience);
        }
    }

    // Publishes `count` messages, each delivered to `receivers`, with `window` in flight.
    void fan(std::size_t count, std::size_t window, std::size_t receivers) {
        open_publishers(window);
        marks_ = 0;
        auto begin = now();
        for (std::size_t sent = 0; marks_ < count * receivers || waiting();) {
            while (sent < count && sent < marks_ / receivers + window && publish()) ++sent;
            turn(patience);
        }
        std::printf("%.6f %zu\n", double(now() - begin) / second, marks_);
    }

    // Publishes `count` messages at `rate` per second. Prints the p50 and p99 delivery latency in microseconds.
    void pace(std::size_t count, std::size_t rate, std::size_t receivers) {
        open_publishers(16);
        marks_ = 0;
        std::vector<std::int64_t> delays;
        stamped_ = [&delays](std::int64_t sent) { delays.push_back(now() - sent); };
        auto begin = now();
        for (std::size_t sent = 0; marks_ < count * receivers || waiting();) {
            auto due = begin + static_cast<std::int64_t>(sent) * second / static_cast<std::int64_t>(rate);
            if (sent < count && now() >= due && publish()) ++sent;
            turn(sent < count ? std::max<std::int64_t>(0, due - now()) : patience, sent < count);
        }
        stamped_ = {};
        std::sort(delays.begin(), delays.end());
        auto part = [&](double share) { return delays[static_cast<std::size_t>(share * double(delays.size() - 1))] / 1000; };
        std::printf("%.6f %zu %ld %ld\n", double(now() - begin) / second, marks_, part(0.5), part(0.99));
    }

    // Closed loop: each connection sends a request and, on the response, the next one.
    void echo(double seconds) {
        messages_ = 0;
        std::string frame = framed(Opcode::Text, options_.echo);
        auto begin = now(), end = begin + static_cast<std::int64_t>(seconds * second);
        answer_ = [&](Client& client) {
            if (now() < end) say(client, frame);
        };
        for (auto& client : clients_) say(*client, frame);
        std::size_t asked = clients_.size();
        while (messages_ < asked) {
            turn(patience);
            if (now() < end) asked = messages_ + clients_.size();
        }
        answer_ = {};
        std::printf("%.6f %zu\n", double(now() - begin) / second, messages_);
    }

    // Opens `count` connections, at_once concurrently, and closes each when it is ready.
    void churn(std::size_t count) {
        auto begin = now();
        clients_.reserve(count);
        std::size_t closed = 0;
        while (closed < count) {
            while (clients_.size() < count && clients_.size() - closed < options_.at_once) connect();
            turn(patience);
            for (auto number : became_ready_) {
                close(clients_[number]->descriptor);
                clients_[number].reset();
                ++closed;
            }
            became_ready_.clear();
        }
        std::printf("%.6f %zu\n", double(now() - begin) / second, count);
    }

private:
    static constexpr std::uint64_t publisher_bit = 1ULL << 32;

    std::string framed(Opcode opcode, std::string_view text) const {
        return ks::net::encode_frame({.opcode = opcode, .mask = ks::net::Mask{'m', 'a', 's', 'k'}}, text);
    }

    void watch(int descriptor, std::uint64_t number, std::uint32_t events) {
        epoll_event event{.events = events, .data = {.u64 = number}};
        if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll");
    }

    void connect() {
        auto number = clients_.size();
        std::string target = options_.target;
        if (!tokens_.empty()) fill_in(target, "token", tokens_[number % tokens_.size()]);
        int descriptor = connect_from(1 + number % sources, options_.port);
        auto& client = clients_.emplace_back(std::make_unique<Client>(descriptor, options_.ready));
        client->to_send = "GET " + target +
                          " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        watch(descriptor, number, EPOLLIN | EPOLLOUT | EPOLLONESHOT);
    }

    void open_publishers(std::size_t count) {
        if (options_.post.empty()) return;
        while (publishers_.size() < count) {
            publishers_.emplace_back(std::make_unique<Publisher>(connect_from(0, options_.port)));
            watch(publishers_.back()->descriptor, publisher_bit | (publishers_.size() - 1), EPOLLIN);
        }
    }

    bool waiting() const {
        return std::any_of(publishers_.begin(), publishers_.end(), [](auto& publisher) { return publisher->waiting; });
    }

    bool publish() {
        std::string text = options_.post.empty() ? options_.say : options_.body;
        fill_in(text, "stamp", stamp());
        if (options_.post.empty()) {
            say(*clients_.front(), framed(options_.binary ? Opcode::Binary : Opcode::Text, text));
            return true;
        }
        auto idle = std::find_if(publishers_.begin(), publishers_.end(), [](auto& publisher) { return !publisher->waiting; });
        if (idle == publishers_.end()) return false;
        std::string request = options_.post + "Host: 127.0.0.1\r\nContent-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text;
        (*idle)->waiting = true;
        // EAGAIN while the connection is still being established: retry.
        while (::send((*idle)->descriptor, request.data(), request.size(), MSG_NOSIGNAL) != ssize_t(request.size()))
            if (errno != EAGAIN) fail("a request could not be sent", std::strerror(errno));
        return true;
    }

    void say(Client& client, std::string_view frame) {
        if (client.to_send.empty()) senders_.push_back(&client);
        client.to_send.append(frame);
    }

    void flush() {
        for (std::size_t at = 0; at < senders_.size(); at += batch) {
            auto some = std::span(senders_).subspan(at, std::min(batch, senders_.size() - at));
            std::array<iovec, batch> parts;
            std::array<ks::net::SendCall, batch> calls;
            for (std::size_t i = 0; i < some.size(); ++i) {
                parts[i] = {some[i]->to_send.data(), some[i]->to_send.size()};
                calls[i] = {.descriptor = some[i]->descriptor, .parts = {&parts[i], 1}};
            }
            syscalls_->send(std::span(calls).first(some.size()));
            for (std::size_t i = 0; i < some.size(); ++i) {
                if (calls[i].result != ssize_t(parts[i].iov_len)) fail("the server takes no more");
                some[i]->to_send.clear();
            }
        }
        senders_.clear();
    }

    // Flushes, then processes received data, waiting at most `longest`. Busy-polls: sleeping would charge the wake-ups to the server's CPU
    // time.
    void turn(std::int64_t longest, bool may_pass = false) {
        flush();
        std::array<epoll_event, 256> events;
        int count = 0;
        for (auto until = now() + longest; (count = epoll_wait(epoll_, events.data(), events.size(), 0)) == 0 && now() < until;) {
        }
        if (count == 0 && !may_pass) fail("the server says nothing any more");
        readable_.clear();
        for (int i = 0; i < count; ++i) {
            auto number = events[i].data.u64;
            if (events[i].events & EPOLLOUT) {
                epoll_event event{.events = EPOLLIN, .data = {.u64 = number}};
                epoll_ctl(epoll_, EPOLL_CTL_MOD, clients_[number]->descriptor, &event);
                senders_.push_back(clients_[number].get());
            }
            if (events[i].events & ~EPOLLOUT) readable_.push_back(number);
        }
        for (std::size_t at = 0; at < readable_.size(); at += batch)
            receive(std::span(readable_).subspan(at, std::min(batch, readable_.size() - at)));
    }

    void receive(std::span<const std::uint64_t> numbers) {
        std::array<ks::net::ReceiveCall, batch> calls;
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            auto number = numbers[i];
            int descriptor = number & publisher_bit ? publishers_[number & ~publisher_bit]->descriptor : clients_[number]->descriptor;
            calls[i] = {.descriptor = descriptor, .buffer = {receive_buffer_.data() + i * slot_bytes, slot_bytes}};
        }
        syscalls_->receive(std::span(calls).first(numbers.size()));
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            if (calls[i].result == -EAGAIN) continue;
            if (calls[i].result <= 0) fail("the server broke a connection off");
            std::string_view bytes(calls[i].buffer.data(), static_cast<std::size_t>(calls[i].result));
            if (numbers[i] & publisher_bit)
                publishers_[numbers[i] & ~publisher_bit]->received(bytes);
            else
                received(numbers[i], bytes);
        }
    }

    void received(std::uint64_t number, std::string_view bytes) {
        Client& client = *clients_[number];
        auto before = client.state;
        auto seen = client.received(bytes, stamped_);
        if (before == Client::State::Head && client.state != before && !options_.hello.empty()) {
            std::string hello = options_.hello;
            fill_in(hello, "token", tokens_[number % tokens_.size()]);
            say(client, framed(options_.binary ? Opcode::Binary : Opcode::Text, hello));
        }
        if (before != Client::State::Ready && client.state == Client::State::Ready) {
            ++ready_;
            became_ready_.push_back(number);
        }
        marks_ += seen.marks;
        messages_ += seen.messages;
        for (std::size_t i = 0; answer_ && i < seen.messages; ++i) answer_(client);
    }

    const Options options_;
    std::vector<std::string> tokens_;
    const int epoll_ = epoll_create1(EPOLL_CLOEXEC);
    std::unique_ptr<ks::net::SyscallBatch> syscalls_ = ks::net::io_uring_syscalls();
    std::string receive_buffer_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::vector<std::unique_ptr<Publisher>> publishers_;
    std::vector<Client*> senders_;
    std::vector<std::uint64_t> readable_, became_ready_;
    std::size_t ready_ = 0, marks_ = 0, messages_ = 0;
    std::function<void(std::int64_t)> stamped_;
    std::function<void(Client&)> answer_;
};

std::string unescaped(std::string text) {
    for (auto at = text.find("\\r\\n"); at != std::string::npos; at = text.find("\\r\\n")) text.replace(at, 4, "\r\n");
    return text;
}

Options parse(int count, char** arguments) {
    Options options;
    const option names[] = {{"port", 1, nullptr, 'p'},
                            {"connections", 1, nullptr, 'c'},
                            {"at-once", 1, nullptr, 'a'},
                            {"target", 1, nullptr, 't'},
                            {"hello", 1, nullptr, 'h'},
                            {"ready", 1, nullptr, 'r'},
                            {"tokens", 1, nullptr, 'k'},
                            {"say", 1, nullptr, 's'},
                            {"post", 1, nullptr, 'o'},
                            {"body", 1, nullptr, 'b'},
                            {"echo", 1, nullptr, 'e'},
                            {"binary", 0, nullptr, 'x'},
                            {}};
    for (int name; (name = getopt_long(count, arguments, "", names, nullptr)) != -1;) {
        switch (name) {
            case 'p': options.port = static_cast<std::uint16_t>(std::atoi(optarg)); break;
            case 'c': options.connections = std::strtoul(optarg, nullptr, 10); break;
            case 'a': options.at_once = std::strtoul(optarg, nullptr, 10); break;
            case 't': options.target = optarg; break;
            case 'h': options.hello = unescaped(optarg); break;
            case 'r': options.ready = optarg; break;
            case 'k': options.tokens = optarg; break;
            case 's': options.say = unescaped(optarg); break;
            case 'o': options.post = unescaped(optarg); break;
            case 'b': options.body = optarg; break;
            case 'e': options.echo = optarg; break;
            case 'x': options.binary = true; break;
            default: fail("unknown option");
        }
    }
    return options;
}

}  // namespace

int main(int count, char** arguments) {
    setvbuf(stdout, nullptr, _IOLBF, 0);
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    auto load = std::make_unique<Load>(parse(count, arguments));
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::string work;
        std::size_t first = 0, second = 0, third = 0;
        words >> work >> first >> second >> third;
        if (work == "connect")
            load->connect_all(), std::printf("connected\n");
        else if (work == "fan")
            load->fan(first, second, third);
        else if (work == "pace")
            load->pace(first, second, third);
        else if (work == "echo")
            load->echo(static_cast<double>(first));
        else if (work == "churn")
            load->churn(first);
        else
            fail("unknown work", line);
    }
}
