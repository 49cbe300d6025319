#pragma once

#include "base/result.h"

namespace ks {

// How many bytes may still be written to the disk that holds this open file or folder. Some are kept back: a disk is full for us before it
// is full, so that the database can still note what happens.
Result<std::uint64_t> space_left(int descriptor);

tl::unexpected<Error> no_space();  // STORAGE_FULL

}  // namespace ks
