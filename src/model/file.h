#pragma once

#include "base/clock.h"
#include "base/id.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ks {

struct File {
    FileId id;
    UserId owner_id;
    std::string filename;
    std::uint64_t size = 0;
    std::string content_type;
    std::string sha256;  // 32 raw bytes
    Time created_at{};
};

}  // namespace ks
