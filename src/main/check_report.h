#pragma once

#include "engine/check.h"

#include <string>
#include <vector>

namespace ks {

// Tells a person what a check finds, line by line on stdout, or a program at its end, as one JSON object.
class CheckReport final : public CheckListener {
public:
    CheckReport(CheckOptions options, bool json);

    void found(const Finding& finding) override;
    void progress(std::uint64_t done, std::uint64_t total) override;

    void end(const CheckSummary& summary);  // the last words
    bool sound(const CheckSummary& summary) const;

private:
    void clear_bar();

    const CheckOptions options_;
    const bool json_;
    const bool bar_;  // on stderr
    int percent_shown_ = -1;
    std::vector<std::string> findings_;  // as JSON
    std::uint64_t found_ = 0;
    std::uint64_t repaired_ = 0;
};

}  // namespace ks
