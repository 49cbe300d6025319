#pragma once

#include "base/result.h"
#include "runtime/suspend.h"

#include <span>

namespace ks {

// Bytes on their way in, pulled by whom they are for. Used on one core.
class ByteSource {
public:
    virtual ~ByteSource() = default;

    // At least a byte; 0 at the end. INVALID_REQUEST when they break off, CONFLICT when
    // interrupt() was called meanwhile: then one may read on.
    virtual awaitable<Result<std::size_t>> read_some(std::span<char> out) = 0;

    // The read that waits for bytes gives up, or the next one does.
    virtual void interrupt() = 0;
};

}  // namespace ks
