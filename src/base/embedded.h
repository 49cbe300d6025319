#pragma once

#include <span>
#include <string_view>

namespace ks {

// A file of the project embedded in the binary, with its path in the project.
struct EmbeddedFile {
    std::string_view path;
    std::string_view content;
};

std::span<const EmbeddedFile> embedded_files();         // sorted by path
std::string_view embedded_file(std::string_view path);  // must exist

}  // namespace ks
