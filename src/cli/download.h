#pragma once

#include "cli/api.h"
#include "cli/progress.h"

namespace ks::cli {

// A downloadable resource.
struct Content {
    std::string path;                    // URL path, /api/v1/…
    std::vector<std::string> headers{};  // Sent with each request.
};

// Downloads to `target`, which must not exist unless `replace`. Content goes to a hidden part file in the same folder, named after target
// and ETag, so that a later attempt resumes; it is renamed atomically once complete and its SHA-256 verified. Retries while the server is
// away. Fails with ExitCode::Damaged on a wrong SHA-256, and drops the part file.
Outcome<> download_to_file(Api& api, const Content& content, const std::string& target, bool replace, ProgressBar& bar);

// Streams to standard output. No retry and no resume; a wrong SHA-256 (ExitCode::Damaged) shows only after the output.
Outcome<> download_to_output(Api& api, const Content& content, ProgressBar& bar);

}  // namespace ks::cli
