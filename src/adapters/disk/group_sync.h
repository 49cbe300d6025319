#pragma once

#include "adapters/disk/file_descriptor.h"

#include "runtime/offload.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ks::disk {

// Group commit for fsync. Jobs that arrive during a sync form the next batch: all files are moved to their final paths, then every file and
// each distinct folder are synced concurrently, so that one flush of the disk's cache serves many. A file name can therefore exist before
// its bytes are durable: the existence of a name must not be taken as durability. Thread-safe.
class GroupSync {
public:
    struct Job {
        std::function<Result<DescriptorPtr>()> begin;  // writes the rest and renames the file; a null result: no file to sync
        std::string folder{};                          // folder to sync; may be empty
        std::function<void(Result<void>)> done{};
    };

    GroupSync();
    ~GroupSync();  // calls stop()

    void add(Job job);  // job.done is called on this object's thread; after stop() inline, with UNAVAILABLE
    void stop();        // completes all added jobs and ends the thread; idempotent

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

}  // namespace ks::disk
