#pragma once

#include "engine/blob_reaper.h"
#include "engine/resumable_uploads.h"
#include "engine/shares.h"
#include "ports/meta_store.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace ks::engine {

struct JanitorSettings {
    Duration journal_retention{};
    Duration sweep_interval{std::chrono::seconds(10)};
};

// Time-driven housekeeping: expires shares and unfinished uploads, purges visits, sessions and old journal rows, retries failed blob
// deletions. Thread: loop 0 only.
class Janitor {
public:
    Janitor(asio::io_context& loop, MetaStore& store, Shares& shares, Uploads& uploads, ResumableUploads& resumable, BlobReaper& reaper,
            const Clock& clock, JanitorSettings settings);

    void start();
    void expiry_changed();  // thread-safe; the earliest expiry of a share may have moved forward

private:
    awaitable<void> expire_shares();
    awaitable<void> sweep();

    asio::io_context& loop_;
    MetaStore& store_;
    Shares& shares_;
    Uploads& uploads_;
    ResumableUploads& resumable_;
    BlobReaper& reaper_;
    const Clock& clock_;
    const JanitorSettings settings_;
    asio::steady_timer expiry_;
    asio::steady_timer sweeping_;
    bool look_again_ = false;
};

}  // namespace ks::engine
