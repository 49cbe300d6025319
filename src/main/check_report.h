#pragma once

#include "engine/check.h"

#include <string>
#include <vector>

namespace ks::main {

// Reports the findings of a check: as lines on stdout while it runs, or as one JSON object at the end.
class CheckReport final : public engine::CheckListener {
public:
    CheckReport(engine::CheckOptions options, bool json);

    void found(const engine::Finding& finding) override;
    void progress(std::uint64_t done, std::uint64_t total) override;

    void end(const engine::CheckSummary& summary);  // prints the summary
    bool sound(const engine::CheckSummary& summary) const;

private:
    void clear_bar();

    const engine::CheckOptions options_;
    const bool json_;
    const bool bar_;  // shows a progress bar on stderr
    int percent_shown_ = -1;
    std::vector<std::string> findings_;  // JSON objects
    std::uint64_t found_ = 0;
    std::uint64_t repaired_ = 0;
};

}  // namespace ks::main
