#include "cli/suggestion.h"

#include <algorithm>
#include <utility>

namespace ks::cli {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Optimal string alignment distance: insertions, deletions, substitutions and adjacent transpositions; case-insensitive for ASCII.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before_last = std::exchange(last, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t differs = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + differs});
            bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
    }
    return row[b.size()];
}

}  // namespace

std::string closest(std::string_view word, const std::vector<std::string>& candidates) {
    constexpr std::size_t longest = 200;
    if (word.empty() || word.size() > longest) return "";
    std::string best;
    std::size_t least = std::max<std::size_t>(word.size() > 2 ? 2 : 1, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        std::size_t changes = distance(word, candidate);
        // Reject matches that replace every letter.
        if (changes >= least || changes >= std::max(word.size(), candidate.size())) continue;
        least = changes;
        best = candidate;
    }
    if (!best.empty()) return best;
    for (const std::string& candidate : candidates) {
        if (word.size() >= 3 && candidate.starts_with(word)) return candidate;
    }
    return "";
}

std::string did_you_mean(const std::string& candidate) { return candidate.empty() ? "" : "; did you mean " + candidate + "?"; }

}  // namespace ks::cli
