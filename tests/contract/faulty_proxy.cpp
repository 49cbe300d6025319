#include "tests/contract/faulty_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace ks::contract {

namespace {

constexpr std::size_t cut_answer_at = 300'000;

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool write_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t size = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (size <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

bool read_more(int socket, std::string& bytes) {
    char piece[65'536];
    ssize_t size = ::recv(socket, piece, sizeof piece, 0);
    if (size <= 0) return false;
    bytes.append(piece, static_cast<std::size_t>(size));
    return true;
}

std::size_t content_length(const std::string& head) {
    auto found = head.find("\r\nContent-Length: ");
    if (found == std::string::npos) found = head.find("\r\ncontent-length: ");
    return found == std::string::npos ? 0 : std::stoul(head.substr(found + 18));
}

}  // namespace

FaultyProxy::FaultyProxy(const std::string& endpoint, std::function<Fault(std::string_view)> fault_of)
    : server_port_(std::stoi(endpoint.substr(endpoint.rfind(':') + 1))),
      fault_of_(std::move(fault_of)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    bool listens = ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(listener_, 64) == 0 &&
                   ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    if (!listens) throw std::runtime_error("the proxy can't listen");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
}

FaultyProxy::~FaultyProxy() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
}

void FaultyProxy::accept_all() {
    for (int client; (client = ::accept(listener_, nullptr, nullptr)) >= 0;) {
        connections_.emplace_back([this, client] {
            serve(client);
            ::close(client);
        });
    }
    for (std::thread& connection : connections_) connection.join();
}

void FaultyProxy::serve(int client) {
    std::string request;
    std::size_t head_end;
    while ((head_end = request.find("\r\n\r\n")) == std::string::npos) {
        if (!read_more(client, request)) return;
    }
    ++requests_;
    std::string head = request.substr(0, head_end);
    Fault fault = fault_of_(head);
    if (fault == Fault::Cut) return;
    std::size_t length = head_end + 4 + content_length(head);
    while (request.size() < length) {
        if (!read_more(client, request)) return;
    }
    if (fault == Fault::Refuse) {
        write_all(client, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return;
    }
    if (fault == Fault::DamageBody && length > head_end + 4) request.back() = static_cast<char>(request.back() ^ 1);
    forward(client, request.insert(head_end, "\r\nConnection: close"), fault);
}

void FaultyProxy::forward(int client, std::string request, Fault fault) {
    int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(server_port_);
    bool connected = ::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    std::size_t answered = 0;
    if (connected && write_all(server, request)) {
        for (std::string answer; read_more(server, answer); answer.clear()) {
            if (fault == Fault::LoseAnswer) continue;
            answered += answer.size();
            if (!write_all(client, answer) || (fault == Fault::CutAnswer && answered >= cut_answer_at)) break;
        }
    }
    ::close(server);
}

}  // namespace ks::contract
