#pragma once

#include "cli/api.h"
#include "cli/progress.h"

namespace ks::cli {

// What is at one address.
struct Content {
    std::string path;                    // of the address
    std::vector<std::string> headers{};  // that go with each request for it
};

// Into `target`, which must not exist unless `replace`. Until all of it is there and its SHA-256 is right it lies beside it, in a hidden
// file whose name says which version it is part of, so that the next try goes on; also while the server is away.
Outcome<> download_to_file(Api& api, const Content& content, const std::string& target, bool replace, ProgressBar& bar);

// To standard output, as it comes; in one go.
Outcome<> download_to_output(Api& api, const Content& content, ProgressBar& bar);

}  // namespace ks::cli
