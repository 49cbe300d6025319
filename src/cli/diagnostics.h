#pragma once

#include "cli/api.h"
#include "cli/fixes.h"

#include <functional>

namespace ks::cli {

struct Finding {
    enum class Verdict : unsigned char { Fine, Unsure, Wrong, NotTested };
    std::string about;
    Verdict verdict = Verdict::Fine;
    std::string text;
    Problem problem = Problem::None;
};

// Runs the checks of `kingshare doctor` against a public address in sequence and reports each finding as it is made. With a session, a
// small file is uploaded, shared and deleted again.
struct Diagnostics {
    std::string server;
    std::optional<Session> session;
    std::chrono::seconds idle;  // how long a silent WebSocket is watched
    std::function<void(Finding)> found;

    Outcome<> run();  // fails where nothing answers
};

}  // namespace ks::cli
