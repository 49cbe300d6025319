#include "tests/contract/nats_server.h"

#include <arpa/inet.h>
#include <csignal>
#include <fcntl.h>
#include <netinet/in.h>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ks::contract {

namespace {

sockaddr_in loopback(std::uint16_t port) { return {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}}; }

std::uint16_t free_port() {
    int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    bool bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                 ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(socket);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

bool accepts_connections(std::uint16_t port) {
    int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(port);
    bool connected = ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    return connected;
}

}  // namespace

NatsServer::NatsServer(std::vector<std::string> arguments) : port_(free_port()) { start(std::move(arguments)); }

NatsServer::~NatsServer() { end(); }

std::string NatsServer::url(const std::string& user_info) const { return "nats://" + user_info + "127.0.0.1:" + std::to_string(port_); }

void NatsServer::freeze() { ::kill(process_, SIGSTOP); }
void NatsServer::thaw() { ::kill(process_, SIGCONT); }

void NatsServer::end() {
    if (process_ == 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
}

void NatsServer::wait_until_ready() const {
    for (int attempt = 0; attempt < 2'000; ++attempt) {
        if (accepts_connections(port_)) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    throw std::runtime_error("nats-server does not accept connections; is it installed?");
}

void NatsServer::start(std::vector<std::string> arguments) {
    std::vector<std::string> command{"nats-server", "--addr", "127.0.0.1", "--port", std::to_string(port_)};
    command.insert(command.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : command) argv.push_back(word.data());
    argv.push_back(nullptr);
    process_ = ::fork();
    if (process_ != 0) return wait_until_ready();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    int nowhere = ::open("/dev/null", O_RDWR);
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
}

}  // namespace ks::contract
