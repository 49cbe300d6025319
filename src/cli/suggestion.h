#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ks::cli {

// Returns the candidate that was most likely meant by a mistyped word; empty where none is near.
std::string closest(std::string_view word, const std::vector<std::string>& candidates);

std::string did_you_mean(const std::string& candidate);  // "; did you mean send?", nothing for an empty one

}  // namespace ks::cli
