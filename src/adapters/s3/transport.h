#pragma once

#include "adapters/s3/transfer.h"

#include <deque>
#include <mutex>
#include <random>
#include <thread>
#include <unordered_map>
#include <vector>

namespace ks::s3 {

// HTTP client for one endpoint: a thread that runs libcurl's multi interface, signs each attempt and keeps connections for reuse.
//
// Requests without a sink wait for one of 64 places and are repeated up to four times if the server or the connection fails, with
// exponential backoff and jitter. Requests with a sink start at once, up to 1000 of them, and are not repeated. Thread-safe.
class Transport {
public:
    Transport(Location location, Credentials credentials);
    ~Transport();  // calls stop()

    // Calls `done` on the transport's thread; inline after stop() and if too many requests are pending. Its argument is the response, or
    // UNAVAILABLE if there is none or a temporary error remains. Returns a number for resume() and cancel().
    std::uint64_t send(Request request, ResponseHandler done);

    void resume(std::uint64_t number);  // offers again the bytes that the sink could not take
    void cancel(std::uint64_t number);  // ends the request without calling `done`, unless that is being called
    void stop();                        // completes all requests with UNAVAILABLE and ends the thread; idempotent

private:
    using Steady = std::chrono::steady_clock;
    using TransferPtr = std::unique_ptr<Transfer>;
    struct Repetition {
        Steady::time_point due;
        TransferPtr transfer;
    };

    void run();
    bool take_commands();  // returns false after stop()
    void start_due();
    void start(TransferPtr transfer);
    void take_finished();
    void release(const Transfer& transfer);
    TransferPtr remove(std::uint64_t number);
    int poll_timeout_ms() const;

    const Location location_;

    // Used on the thread alone.
    Signer signer_;
    CURLM* const multi_;
    std::deque<TransferPtr> waiting_;
    std::vector<Repetition> repetitions_;
    std::unordered_map<std::uint64_t, TransferPtr> running_;
    std::size_t running_without_sink_ = 0;
    std::minstd_rand random_;

    std::mutex mutex_;
    std::vector<TransferPtr> sent_;  // guarded by mutex_, as are the following
    std::vector<std::uint64_t> resumed_;
    std::vector<std::uint64_t> cancelled_;
    std::uint64_t last_number_ = 0;
    std::size_t pending_ = 0;
    std::size_t pending_with_sink_ = 0;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace ks::s3
