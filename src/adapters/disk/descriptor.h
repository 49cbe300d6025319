#pragma once

#include "base/result.h"

#include <memory>
#include <optional>
#include <string>

namespace ks {

// An open file; closed with it. Calls that fail give STORAGE_FULL when there is no room, else a fault that names the system's error.
class Descriptor {
public:
    Descriptor() = default;
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept;

    static Result<Descriptor> open(const std::string& path, int flags);  // close-on-exec; what it makes is its owner's alone

    // To read from, if that takes no look at the disk: the kernel has every name of the path at hand. Never blocks.
    static std::optional<Descriptor> open_known(const std::string& path);

    int number() const { return number_; }
    Result<void> write(std::string_view bytes) const;  // all of them
    Result<void> truncate(std::uint64_t size) const;
    Result<void> sync() const;  // a file's bytes or a folder's entries: they survive a crash
    Result<std::uint64_t> size() const;

private:
    explicit Descriptor(int number) : number_(number) {}

    int number_ = -1;
};

// What runs on another thread shares the descriptor: should the coroutine that waits for it vanish, the number is not given to another
// file.
using DescriptorPtr = std::shared_ptr<const Descriptor>;

inline DescriptorPtr shared(Descriptor descriptor) { return std::make_shared<const Descriptor>(std::move(descriptor)); }

// Of the system's call on `path` that has just failed; errno stays what it is.
tl::unexpected<Error> failure_of(const char* call, const std::string& path);

}  // namespace ks
