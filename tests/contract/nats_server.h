#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace ks::contract {

// A nats-server process on a free port of 127.0.0.1. Ends with this process.
class NatsServer {
public:
    explicit NatsServer(std::vector<std::string> arguments = {});
    ~NatsServer();
    NatsServer(const NatsServer&) = delete;
    NatsServer& operator=(const NatsServer&) = delete;

    std::string url(const std::string& user_info = {}) const;  // user_info: "name:password@"

    void freeze();  // stops answering, with its connections open
    void thaw();
    void end();
    void start(std::vector<std::string> arguments = {});  // at the same address as before; returns once it accepts connections

private:
    void wait_until_ready() const;

    std::uint16_t port_;
    pid_t process_ = 0;
};

}  // namespace ks::contract
