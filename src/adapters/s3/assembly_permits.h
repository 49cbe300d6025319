#pragma once

#include "runtime/suspend.h"

#include <deque>
#include <memory>
#include <mutex>

namespace ks::s3 {

// Bounds the number of parts that are read back into memory at the same time. Must be owned by a shared_ptr. Thread-safe.
class AssemblyPermits : public std::enable_shared_from_this<AssemblyPermits> {
public:
    using Permit = std::shared_ptr<void>;  // given back by its destruction

    explicit AssemblyPermits(int count) : free_(count) {}

    awaitable<Permit> acquire() {
        auto start = [self = shared_from_this()](Resume<Permit> resume) { self->grant_or_queue(std::move(resume)); };
        return suspend<Permit>(std::move(start));
    }

private:
    Permit make_permit() {
        auto returned = [self = shared_from_this()](void*) { self->release(); };
        return {this, std::move(returned)};
    }
    void grant_or_queue(Resume<Permit> resume) {
        {
            std::lock_guard lock(mutex_);
            if (free_ == 0) return waiting_.push_back(std::move(resume));
            --free_;
        }
        resume(make_permit());
    }
    void release() {
        Resume<Permit> next;
        {
            std::lock_guard lock(mutex_);
            if (waiting_.empty()) {
                ++free_;
                return;
            }
            next = std::move(waiting_.front());
            waiting_.pop_front();
        }
        next(make_permit());
    }

    std::mutex mutex_;
    int free_;                            // guarded by mutex_
    std::deque<Resume<Permit>> waiting_;  // guarded by mutex_
};

}  // namespace ks::s3
