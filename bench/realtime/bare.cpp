// Lower bound for the cost of a fan-out: a server that only sends each message to all connections. It answers any request with 101, has no
// sessions or limits, and parses frames only to unmask them. Its CPU time is the kernel's share of every server's work.
#include "client.h"
#include "net/syscall_batch.h"
#include "net/ws_frame.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace {

constexpr std::size_t batch = 64;

class Bare {
public:
    explicit Bare(std::uint16_t port) {
        int on = 1;
        setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
        if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listener_, 4096) != 0)
            load::fail("it can't listen");
        watch(listener_);
    }

    [[noreturn]] void run() {
        std::array<epoll_event, 256> events;
        while (true) {
            int count = epoll_wait(epoll_, events.data(), events.size(), -1);
            for (int i = 0; i < count; ++i) {
                if (events[i].data.fd == listener_)
                    accept_one();
                else
                    receive(events[i].data.fd);
            }
        }
    }

private:
    void watch(int descriptor) {
        epoll_event event{.events = EPOLLIN, .data = {.fd = descriptor}};
        if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) load::fail("epoll");
    }

    void accept_one() {
        int descriptor = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) return;
        int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        heads_[descriptor];
        watch(descriptor);
    }

    void receive(int descriptor) {
        std::array<char, 16384> bytes;
        ssize_t size = recv(descriptor, bytes.data(), bytes.size(), 0);
        if (size <= 0) return leave(descriptor);
        if (auto head = heads_.find(descriptor); head != heads_.end()) {
            head->second.append(bytes.data(), static_cast<std::size_t>(size));
            if (!head->second.ends_with("\r\n\r\n")) return;
            heads_.erase(head);
            connected_.push_back(descriptor);
            static constexpr std::string_view answer = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
            if (send(descriptor, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) leave(descriptor);
            return;
        }
        std::span<char> rest(bytes.data(), static_cast<std::size_t>(size));
        ks::net::FrameReader reader;
        for (auto kind = ks::net::Incoming::Kind::Text; kind == ks::net::Incoming::Kind::Text;) {
            auto incoming = reader.next(rest, {.max_message_bytes = bytes.size()});
            kind = incoming.kind;
            if (kind == ks::net::Incoming::Kind::Text) tell_all(ks::net::encode_frame({}, incoming.payload));
        }
    }

    void tell_all(const std::string& frame) {
        iovec part{const_cast<char*>(frame.data()), frame.size()};
        std::array<ks::net::SendCall, batch> calls;
        for (std::size_t at = 0; at < connected_.size(); at += batch) {
            auto count = std::min(batch, connected_.size() - at);
            for (std::size_t i = 0; i < count; ++i) calls[i] = {.descriptor = connected_[at + i], .parts = {&part, 1}};
            syscalls_->send(std::span(calls).first(count));
        }
    }

    void leave(int descriptor) {
        heads_.erase(descriptor);
        std::erase(connected_, descriptor);
        close(descriptor);
    }

    const int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int epoll_ = epoll_create1(EPOLL_CLOEXEC);
    std::unique_ptr<ks::net::SyscallBatch> syscalls_ = ks::net::io_uring_syscalls();
    std::map<int, std::string> heads_;  // incomplete request heads
    std::vector<int> connected_;
};

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) load::fail("realtime_bare PORT");
    Bare(static_cast<std::uint16_t>(std::atoi(arguments[1]))).run();
}
