#include "main/check.h"

#include "base/log.h"
#include "engine/check.h"
#include "engine/downloads.h"
#include "engine/nodes.h"
#include "main/adapters.h"
#include "main/check_report.h"
#include "main/data_dir.h"
#include "main/exit_with_error.h"
#include "runtime/event_loops.h"

#include <cstdio>
#include <filesystem>

namespace ks::main {

namespace {

// Fails if `path` is set and does not exist: the stores would create it, and the check would find it sound.
Result<void> expect_to_exist(const char* setting, const std::optional<std::string>& path) {
    std::error_code ignored;
    if (!path || std::filesystem::exists(*path, ignored)) return {};
    return fail(ErrorCode::InvalidRequest,
                std::string(setting) + ": \"" + *path + "\" does not exist; it must have been created by a server");
}

Result<void> expect_blobs(const Config& config) {
    if (auto folder = blobs_folder(config)) return expect_to_exist("blobs.url", folder);
    if (config.blobs.url != "memory:") return {};
    return fail(ErrorCode::InvalidRequest, "blobs.url: \"" + config.blobs.url +
                                               "\" is not allowed here, nothing is left of it; it must be file:PATH or s3://BUCKET/PREFIX");
}

// Stores and services of one check, running on the thread that calls run().
class CheckEnvironment {
public:
    CheckEnvironment(const Config& config, engine::CheckOptions options, engine::CheckListener& listener)
        : disk_(1, 64),
          digests_(1, 64),
          magic_(1, 64),
          adapters_(open_adapters(config, {}, disk_)),
          reaper_(*adapters_.store, *adapters_.blobs),
          types_(*adapters_.blobs, magic_),
          uploads_({*adapters_.store, *adapters_.blobs, reaper_, *adapters_.bus, clock_, digests_, types_, loop_, node_, {}}),
          downloads_(*adapters_.store, clock_, node_),
          nodes_(loop_, *adapters_.store, clock_, node_, {&uploads_, &downloads_}, {.version = KS_VERSION}),
          options_(options),
          check_(uploads_, options, listener) {}

    Result<engine::CheckSummary> run() {
        spawn(loop_.get_executor(), work(), "check");
        loop_.run();
        adapters_.store->stop();
        return std::move(outcome_);
    }

private:
    awaitable<void> work() {
        if (!options_.repair) {
            outcome_ = co_await check_.run();
            co_return;
        }
        if (auto started = co_await nodes_.start("kingshare check"); !started) {
            outcome_ = tl::unexpected(std::move(started.error()));
            co_return;
        }
        outcome_ = co_await check_.run();
        co_await nodes_.release();
    }

    asio::io_context loop_{1};
    const NodeId node_ = NodeId::make();
    OffsetClock clock_;
    Offload disk_;
    Offload digests_;
    Offload magic_;
    Adapters adapters_;
    engine::BlobReaper reaper_;
    engine::ContentTypes types_;
    engine::Uploads uploads_;
    engine::Downloads downloads_;
    engine::Nodes nodes_;
    const engine::CheckOptions options_;
    engine::Check check_;
    Result<engine::CheckSummary> outcome_ = internal_error("the check was interrupted");
};

}  // namespace

int check(const Config& config, engine::CheckOptions options, bool json) {
    log::set_level(config.server.log_level);
    auto ready = expect_to_exist("--data-dir", config.data_dir);
    if (ready) ready = expect_to_exist("database.url", database_file(config));
    if (ready) ready = expect_blobs(config);
    if (!ready) return exit_with_error(ready.error().message, bad_setting);
    auto data_dir = DataDir::open(config.data_dir);
    if (!data_dir) return exit_with_error(data_dir.error().message, bad_setting);
    try {
        CheckReport report(options, json);
        CheckEnvironment environment(config, options, report);
        auto summary = environment.run();
        if (!summary) return exit_with_error(summary.error().detail.empty() ? summary.error().message : summary.error().detail, 1);
        report.end(*summary);
        return report.sound(*summary) ? 0 : 1;
    } catch (const BadSetting& error) {
        return exit_with_error(error.what(), bad_setting);
    } catch (const std::exception& error) {
        return exit_with_error(error.what(), 1);
    }
}

}  // namespace ks::main
