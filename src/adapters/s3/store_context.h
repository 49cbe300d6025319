#pragma once

#include "adapters/s3/assembly_permits.h"
#include "adapters/s3/client.h"
#include "adapters/s3/part_layout.h"
#include "adapters/s3/part_memory.h"
#include "adapters/s3/writer_claims.h"
#include "runtime/offload.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <thread>

namespace ks::s3 {

// Shared state of the store, its readers and writers. Thread-safe.
class StoreContext {
public:
    StoreContext(Location location, Credentials credentials, Offload& pool, std::size_t memory_limit = 256_MiB);
    ~StoreContext();  // calls stop()

    Client client;
    const PartLayout layout;
    const std::shared_ptr<PartMemory> memory;
    const std::shared_ptr<AssemblyPermits> assemblies = std::make_shared<AssemblyPermits>(8);
    const std::shared_ptr<WriterClaims> claims = std::make_shared<WriterClaims>();

    // Runs a coroutine on a thread of the store and calls `done` there with its result; inline with UNAVAILABLE after stop().
    template <class Value>
    void spawn(awaitable<Result<Value>> task, std::type_identity_t<std::function<void(Result<Value>)>> done) {
        if (stopped_) return done(stopped());
        auto finish = [done = std::move(done)](std::exception_ptr failure, Result<Value> outcome) {
            done(failure ? internal_error("a request to S3 failed without an answer") : std::move(outcome));
        };
        asio::co_spawn(worker_, std::move(task), std::move(finish));
    }

    awaitable<Result<std::string>> hash(Body body);  // SHA-256 in hex, computed on the pool
    awaitable<Result<void>> put(std::string key, std::string bytes);
    void stop();  // completes all requests, then the coroutines; idempotent

private:
    static tl::unexpected<Error> stopped();

    Offload& pool_;
    asio::io_context worker_{1};
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
    std::atomic<bool> stopped_{false};
    std::thread thread_;
};

using StoreContextPtr = std::shared_ptr<StoreContext>;

}  // namespace ks::s3
