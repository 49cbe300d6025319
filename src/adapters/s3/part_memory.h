#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace ks::s3 {

// Counts the bytes that all writers hold. Above the limit, a writer stores its bytes as a tail before the part is full; none waits for
// another. Thread-safe.
class PartMemory {
public:
    explicit PartMemory(std::size_t limit) : limit_(limit) {}

    void add(std::size_t bytes) { held_ += bytes; }
    void remove(std::size_t bytes) { held_ -= bytes; }
    bool is_exceeded() const { return held_ > limit_; }

private:
    const std::size_t limit_;
    std::atomic<std::size_t> held_{0};
};

// Bytes of a part, counted while they are held. Thread: one at a time.
class PartBuffer {
public:
    // Holds the permit as long as it exists; null if none is needed.
    explicit PartBuffer(std::shared_ptr<PartMemory> total, std::shared_ptr<void> permit = nullptr)
        : total_(std::move(total)), permit_(std::move(permit)) {}
    ~PartBuffer() { total_->remove(bytes_.size()); }
    PartBuffer(const PartBuffer&) = delete;
    PartBuffer& operator=(const PartBuffer&) = delete;

    const std::string& bytes() const { return bytes_; }

    // The capacity grows as that of a string, but not beyond `part_size`.
    void append(std::string_view more, std::size_t part_size) {
        std::size_t needed = bytes_.size() + more.size();
        if (needed > bytes_.capacity()) bytes_.reserve(std::max(needed, std::min(part_size, 2 * bytes_.capacity())));
        bytes_.append(more);
        total_->add(more.size());
    }

private:
    const std::shared_ptr<PartMemory> total_;
    const std::shared_ptr<void> permit_;
    std::string bytes_;
};

using PartBufferPtr = std::shared_ptr<PartBuffer>;

}  // namespace ks::s3
