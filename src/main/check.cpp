#include "main/check.h"

#include "adapters/disk/disk_blobs.h"
#include "adapters/local_bus/local_bus.h"
#include "adapters/sqlite/sqlite_store.h"
#include "base/log.h"
#include "main/check_report.h"
#include "main/data_dir.h"
#include "main/exit_with_error.h"
#include "runtime/event_loops.h"

#include <cstdio>
#include <filesystem>

namespace ks {

namespace {

// Fails if `path` does not exist: the stores would create it, and the check would find it sound.
Result<void> expect_to_exist(const char* setting, const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) return {};
    return fail(ErrorCode::InvalidRequest,
                std::string(setting) + ": \"" + path + "\" does not exist; it must have been created by a server");
}

Result<void> expect_blobs(const Config& config) {
    if (config.blobs.url != memory_blobs) return expect_to_exist("blobs.url", blobs_path(config));
    return fail(ErrorCode::InvalidRequest, "blobs.url: \"memory:\" is not allowed here, nothing is left of it; it must be file:PATH");
}

// Stores and services of one check, running on the thread that calls run().
class CheckEnvironment {
public:
    CheckEnvironment(const Config& config, CheckOptions options, CheckListener& listener)
        : disk_(1, 64),
          digests_(1, 64),
          store_({.path = database_path(config)}),
          blobs_(blobs_path(config), disk_),
          reaper_(store_, blobs_),
          types_(blobs_),
          uploads_({store_, blobs_, reaper_, bus_, clock_, digests_, types_, loop_, {}}),
          check_(uploads_, options, listener) {}

    Result<CheckSummary> run() {
        spawn(loop_.get_executor(), work(), "check");
        loop_.run();
        store_.stop();
        return std::move(outcome_);
    }

private:
    awaitable<void> work() { outcome_ = co_await check_.run(); }

    asio::io_context loop_{1};
    SystemClock clock_;
    Offload disk_;
    Offload digests_;
    LocalBus bus_;
    SqliteStore store_;
    DiskBlobs blobs_;
    BlobReaper reaper_;
    ContentTypes types_;
    Uploads uploads_;
    Check check_;
    Result<CheckSummary> outcome_ = internal_error("the check was interrupted");
};

}  // namespace

int check(const Config& config, CheckOptions options, bool json) {
    log::set_level(config.server.log_level);
    auto ready = expect_to_exist("--data-dir", config.data_dir);
    if (ready) ready = expect_to_exist("database.url", database_path(config));
    if (ready) ready = expect_blobs(config);
    if (!ready) return exit_with_error(ready.error().message, bad_setting);
    auto data_dir = DataDir::open(config.data_dir);
    if (!data_dir) return exit_with_error(data_dir.error().message, bad_setting);
    try {
        CheckReport report(options, json);
        CheckEnvironment bench(config, options, report);
        auto summary = bench.run();
        if (!summary) return exit_with_error(summary.error().detail.empty() ? summary.error().message : summary.error().detail, 1);
        report.end(*summary);
        return report.sound(*summary) ? 0 : 1;
    } catch (const std::exception& error) {
        return exit_with_error(error.what(), 1);
    }
}

}  // namespace ks
