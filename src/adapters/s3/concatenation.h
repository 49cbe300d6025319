#pragma once

#include "adapters/s3/store_context.h"
#include "base/id.h"

namespace ks::s3 {

// Makes an object of the contents of others: parts of 5 MiB and more are copied within the store, smaller ones are read and sent.
// Thread: one.
class Concatenation {
public:
    Concatenation(StoreContextPtr context, FileId id) : context_(std::move(context)), id_(id) {}

    awaitable<Result<void>> add(std::string key, std::uint64_t size);
    awaitable<Result<void>> finish();

private:
    awaitable<Result<void>> copy(std::string key, Range range);
    awaitable<Result<void>> send_pending();
    awaitable<Result<void>> begin_part();
    unsigned next_number() const { return static_cast<unsigned>(etags_.size()) + 1; }

    const StoreContextPtr context_;
    const FileId id_;
    std::string upload_id_;
    std::vector<std::string> etags_;
    std::string pending_;  // shorter than a part must be
    std::uint64_t size_ = 0;
};

}  // namespace ks::s3
