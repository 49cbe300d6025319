#pragma once

#include "ports/blob_store.h"
#include "runtime/task_group.h"
#include "tests/contract/run.h"

#include <memory>
#include <string_view>

namespace ks::contract {

inline BufferPtr piece(std::string_view bytes) {
    auto buffer = std::make_shared<Buffer>(bytes.size());
    bytes.copy(buffer->room().data(), bytes.size());
    buffer->add(bytes.size());
    return buffer;
}

inline Result<void> write(BlobWriter& writer, std::string_view bytes) {
    TaskGroup writing;
    writer.write(piece(bytes), writing.add());
    return run(writing.wait());
}

}  // namespace ks::contract
