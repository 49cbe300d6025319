#include "adapters/s3/store_context.h"

#include "adapters/s3/failure.h"
#include "base/crypto.h"

namespace ks::s3 {

StoreContext::StoreContext(Location location, Credentials credentials, Offload& pool, std::size_t memory_limit)
    : client(location, std::move(credentials)),
      layout(location.most_parts),
      memory(std::make_shared<PartMemory>(memory_limit)),
      pool_(pool),
      work_(worker_.get_executor()),
      thread_([this] { worker_.run(); }) {}

StoreContext::~StoreContext() { stop(); }

awaitable<Result<std::string>> StoreContext::hash(Body body) {
    auto work = [body = std::move(body)]() -> Result<std::string> { return hex(sha256(*body)); };
    return offload(pool_, std::move(work));
}

awaitable<Result<void>> StoreContext::put(std::string key, std::string bytes) {
    auto body = std::make_shared<const std::string>(std::move(bytes));
    KS_CO_TRY(std::string digest, co_await hash(body));
    co_return co_await client.put(std::move(key), std::move(body), std::move(digest));
}

tl::unexpected<Error> StoreContext::stopped() { return unavailable("the server is shutting down"); }

void StoreContext::stop() {
    stopped_ = true;
    client.transport().stop();
    work_.reset();
    if (thread_.joinable()) thread_.join();
}

}  // namespace ks::s3
