#pragma once

#include "base/result.h"
#include "model/file.h"

#include <string>
#include <string_view>
#include <vector>

namespace ks {

// Returns the name that is kept: the last part of a path, without control characters and marks that turn the direction of text.
// INVALID_REQUEST for what is not UTF-8, shows nothing, or is longer than 255 UTF-16 units (at most 765 bytes).
Result<std::string> clean_filename(std::string_view given);

// Names that Windows, macOS and Linux can all create side by side in one folder: characters and device names that Windows reserves are
// replaced, and names that a file system may take for the same one are numbered, like "name (2).txt".
std::vector<std::string> portable_filenames(const std::vector<File>& files);

}  // namespace ks
