#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace ks::contract {

// TCP proxy for HTTP with a fault per request, one connection each.
class FaultyProxy {
public:
    enum class Fault {
        None,
        Refuse,      // answers 503 instead of the server
        Cut,         // closes the connection before the request is forwarded
        LoseAnswer,  // closes the connection after the server has answered
        CutAnswer,   // closes the connection after 300,000 bytes of the answer
        DamageBody,  // changes the last byte of the request
    };

    // `fault_of` is called with the head of each request, on any thread. `endpoint`: http://HOST:PORT.
    FaultyProxy(const std::string& endpoint, std::function<Fault(std::string_view)> fault_of);
    ~FaultyProxy();

    std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }
    int requests() const { return requests_; }

private:
    void accept_all();
    void serve(int client);
    void forward(int client, std::string request, Fault fault);

    const int server_port_;
    const std::function<Fault(std::string_view)> fault_of_;
    int listener_;
    int port_ = 0;
    std::atomic<int> requests_{0};
    std::list<std::thread> connections_;  // of the accepting thread
    std::thread thread_;
};

}  // namespace ks::contract
