#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ks::cli {

// Returns the candidate closest to a mistyped word, by edit distance or as a prefix; empty if none is close.
std::string closest(std::string_view word, const std::vector<std::string>& candidates);

std::string did_you_mean(const std::string& candidate);  // "; did you mean send?"; empty for an empty candidate.

}  // namespace ks::cli
