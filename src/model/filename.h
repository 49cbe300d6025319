#pragma once

#include "base/result.h"
#include "model/file.h"

#include <string>
#include <string_view>
#include <vector>

namespace ks {

// Returns the file name to store: the last component of a path, without control characters and bidirectional controls. Errors:
// INVALID_REQUEST if it is not UTF-8, has no visible character, or is longer than 255 UTF-16 units (at most 765 bytes).
Result<std::string> clean_filename(std::string_view given);

// Returns names that Windows, macOS and Linux can all create side by side in one folder: characters and device names reserved by Windows
// are replaced, and names that a file system may consider equal are numbered, like "name (2).txt".
std::vector<std::string> portable_filenames(const std::vector<File>& files);

}  // namespace ks
