#include "client.h"

#include "net/ws_frame.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace load {

void fail(std::string_view what, std::string_view detail) {
    std::fprintf(stderr, "%.*s\n%.*s\n", int(what.size()), what.data(), int(detail.size()), detail.data());
    std::_Exit(1);
}

std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string stamp() {
    std::string digits = std::to_string(now());
    return mark + std::string(stamp_digits - digits.size(), '0') + digits;
}

void fill_in(std::string& text, std::string_view name, std::string_view value) {
    std::string place = "{" + std::string(name) + "}";
    for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size()))
        text.replace(at, place.size(), value);
}

int connect_from(std::uint32_t source, std::uint16_t port) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) fail("no socket", std::strerror(errno));
    int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK + source)}};
    if (bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("no address", std::strerror(errno));
    address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 && errno != EINPROGRESS)
        fail("no connection", std::strerror(errno));
    return descriptor;
}

void Client::take_head(std::string_view& bytes) {
    begun_.append(bytes);
    auto end = begun_.find("\r\n\r\n");
    if (end == std::string::npos) {
        bytes = {};
        return;
    }
    if (!begun_.starts_with("HTTP/1.1 101")) fail("not a WebSocket", begun_);
    bytes.remove_prefix(bytes.size() - (begun_.size() - end - 4));
    begun_.clear();
    state = ready_.empty() ? State::Ready : State::Greeting;
}

void Client::greeted(std::string_view payload) {
    begun_.append(payload);
    if (begun_.find(ready_) == std::string::npos) return;
    begun_ = {};
    ready_ = {};
    state = State::Ready;
}

Client::Seen Client::received(std::string_view bytes, const std::function<void(std::int64_t)>& stamped) {
    Seen seen;
    if (state == State::Head) take_head(bytes);
    while (!bytes.empty()) {
        if (left_ > 0) {
            auto payload = bytes.substr(0, std::min<std::uint64_t>(left_, bytes.size()));
            bytes.remove_prefix(payload.size());
            left_ -= payload.size();
            if (state == State::Greeting) {
                greeted(payload);
                continue;
            }
            seen.messages += counts_ && left_ == 0;
            for (auto at = payload.find(mark); at != std::string_view::npos; at = payload.find(mark, at + 1)) {
                ++seen.marks;
                auto digits = payload.substr(at + 1, stamp_digits);
                if (stamped && digits.size() == stamp_digits) stamped(std::strtoll(std::string(digits).c_str(), nullptr, 10));
            }
            continue;
        }
        ks::net::FrameHeader header;
        std::string joined = state != State::Greeting ? begun_ : std::string();
        auto before = joined.size();
        auto read = ks::net::read_frame_header(before ? joined.append(bytes.substr(0, 14)) : bytes, header);
        if (read.violation) fail("not a frame");
        if (read.size == 0) {
            if (state == State::Greeting) fail("a greeting in pieces");
            begun_.append(bytes);
            return seen;
        }
        if (state != State::Greeting) begun_.clear();
        bytes.remove_prefix(read.size - before);
        if (header.opcode == ks::net::Opcode::Close) fail("closed by the server", bytes);
        left_ = header.size;
        counts_ = !is_control(header.opcode);
    }
    return seen;
}

void Publisher::received(std::string_view bytes) {
    answer_.append(bytes);
    auto end = answer_.find("\r\n\r\n");
    if (end == std::string::npos) return;
    if (!answer_.starts_with("HTTP/1.1 2")) fail("not published", answer_);
    const char* length = strcasestr(answer_.c_str(), "\r\ncontent-length:");
    auto size = length && length < answer_.c_str() + end ? std::strtoul(length + 17, nullptr, 10) : 0;
    if (answer_.size() < end + 4 + size) return;
    answer_.clear();
    waiting = false;
}

}  // namespace load
