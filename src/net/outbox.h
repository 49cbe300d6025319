#pragma once

#include "net/shared_bytes.h"

#include <sys/uio.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace ks::net {

// Send queue of a socket: shared frames and the number of bytes sent of the first. Unbounded: callers enforce a limit with bytes(). The
// total must stay below 4 GiB. A single frame without a key costs no allocation; an empty outbox owns nothing.
class Outbox {
public:
    Outbox();
    ~Outbox();

    bool empty() const { return bytes_ == 0; }
    std::size_t bytes() const { return bytes_; }  // not sent yet

    // Appends a frame, which must not be empty. merge() can replace it by its `key`; with an empty key it is never replaced.
    void push(SharedBytes frame, std::string_view key = {});
    // Replaces the queued frame of that key, keeping its position. Returns false if none is queued or its sending has begun.
    bool merge(const SharedBytes& frame, std::string_view key);
    // Drops all frames except a partially sent one.
    void drop_unstarted();

    // Fills `parts` with the next bytes to send. Returns the number of parts.
    std::size_t fill(std::span<iovec> parts) const;
    void consume(std::size_t bytes);  // removes bytes that were sent

private:
    struct Queue;

    SharedBytes first_;             // precedes the queue; has no key
    std::unique_ptr<Queue> queue_;  // null when empty
    std::uint32_t bytes_ = 0;
    std::uint32_t sent_ = 0;  // bytes of the first frame
};

}  // namespace ks::net
