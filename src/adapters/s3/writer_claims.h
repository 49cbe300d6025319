#pragma once

#include "base/id.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

namespace ks::s3 {

// The right to write a blob, held by one writer of this process. It is lost when the blob is removed, or resumed by another writer: the
// bytes of this one are neither made durable nor readable then.
struct WriterClaim {
    std::atomic<bool> lost{false};
};
using WriterClaimPtr = std::shared_ptr<WriterClaim>;

// Thread-safe.
class WriterClaims {
public:
    // Returns null if a writer of this blob exists.
    WriterClaimPtr claim(const FileId& id) {
        std::lock_guard lock(mutex_);
        return claims_[id].expired() ? add(id) : nullptr;
    }
    WriterClaimPtr take_over(const FileId& id) {
        std::lock_guard lock(mutex_);
        end(id);
        return add(id);
    }
    void revoke(const FileId& id) {
        std::lock_guard lock(mutex_);
        end(id);
        claims_.erase(id);
    }

private:
    WriterClaimPtr add(const FileId& id) {
        // Forget those of writers that are gone, in amortized constant time.
        if (++added_ > claims_.size()) {
            std::erase_if(claims_, [](const auto& entry) { return entry.second.expired(); });
            added_ = 0;
        }
        auto claim = std::make_shared<WriterClaim>();
        claims_[id] = claim;
        return claim;
    }
    void end(const FileId& id) {
        if (auto holder = claims_[id].lock()) holder->lost = true;
    }

    std::mutex mutex_;
    std::map<FileId, std::weak_ptr<WriterClaim>> claims_;
    std::size_t added_ = 0;
};

}  // namespace ks::s3
