#pragma once

#include <span>
#include <string_view>

namespace ks {

// A file of the project that the binary carries, by its path in the project.
struct EmbeddedFile {
    std::string_view path;
    std::string_view content;
};

std::span<const EmbeddedFile> embedded_files();         // by path
std::string_view embedded_file(std::string_view path);  // which there is

}  // namespace ks
