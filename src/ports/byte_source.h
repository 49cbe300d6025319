#pragma once

#include "base/result.h"
#include "runtime/suspend.h"

#include <span>

namespace ks {

// A stream of incoming bytes, pulled by its consumer. Must be used on one loop.
class ByteSource {
public:
    virtual ~ByteSource() = default;

    // Reads at least one byte; returns 0 at the end. Errors: INVALID_REQUEST if the stream is truncated, CONFLICT after interrupt();
    // reading may continue then.
    virtual awaitable<Result<std::size_t>> read_some(std::span<char> out) = 0;

    // Makes the pending read, or else the next one, fail with CONFLICT.
    virtual void interrupt() = 0;
};

}  // namespace ks
