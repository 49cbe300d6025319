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

// Makes files durable. What comes while the disk is busy shares the next go at it: all files are put where they belong, then all of them
// and their folders, each once, are synced at the same time, so that the disk empties its cache for many at once. A name may thus be there
// before its bytes are safe: nobody may go by names alone.
class GroupSync {
public:
    struct Job {
        std::function<Result<DescriptorPtr>()> begin;  // writes what is left and puts the file in its place. Null: there is none to sync
        std::string folder{};                          // whose entries are to be safe; may be empty
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
