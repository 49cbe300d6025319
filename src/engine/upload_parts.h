#pragma once

#include "base/clock.h"
#include "engine/blob_reaper.h"
#include "engine/content_types.h"
#include "ports/blob_store.h"
#include "ports/bus.h"
#include "ports/meta_store.h"
#include "runtime/offload.h"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstdint>

namespace ks::engine {

struct UploadSettings {
    std::uint64_t max_file_bytes = 0;  // 0: no limit
    std::uint64_t quota_bytes = 0;     // default for users without a quota; 0: no limit
    Duration progress_interval{};
    Duration expire_unfinished{};

    std::uint64_t longest_file() const { return max_file_bytes ? std::min(max_file_bytes, largest_file) : largest_file; }
};

// Dependencies shared by all kinds of uploads. The references must outlive them.
struct UploadParts {
    MetaStore& store;
    BlobStore& blobs;
    BlobReaper& reaper;
    Bus& bus;
    const Clock& clock;
    Offload& digests;        // thread pool for hashing
    ContentTypes& types;     // media type detection
    asio::io_context& loop;  // owner of their shared tables
    NodeId node;             // this process
    UploadSettings settings;
};

tl::unexpected<Error> too_large(std::uint64_t limit);

}  // namespace ks::engine
