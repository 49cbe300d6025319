#pragma once

#include "adapters/disk/descriptor.h"

#include "runtime/offload.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ks {

// Makes files durable. What comes while the disk is busy shares the next go at it: all files are synced at the same time, so that the disk
// empties its cache for many of them at once, then each is moved, then each folder is synced once.
class GroupSync {
public:
    struct Job {
        // Done first: writes what is left and names the file. Null: there is none to sync.
        std::function<Result<DescriptorPtr>()> prepare{};
        std::function<Result<void>()> move{};  // once the file's bytes are safe
        std::string folder{};                  // whose entries are to be safe; may be empty
        std::function<void(Result<void>)> done{};
    };

    GroupSync();
    ~GroupSync();  // after the jobs that were added

    void add(Job job);  // from any thread; job.done is called on the thread of this object

private:
    void run();
    void make_durable(std::vector<Job>& jobs);

    Offload syncs_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::vector<Job> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace ks
