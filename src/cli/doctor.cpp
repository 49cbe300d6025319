#include "cli/commands.h"
#include "cli/diagnostics.h"
#include "cli/terminal.h"
#include "cli/values.h"

#include <unistd.h>

#include <algorithm>
#include <map>

namespace ks::cli {

namespace {

struct Options {
    Common common;
    std::string url;
    std::string idle = "35s";
};

using Verdict = Finding::Verdict;

const char* word(Verdict verdict) {
    switch (verdict) {
        case Verdict::Fine: return "fine";
        case Verdict::Unsure: return "look";
        case Verdict::Wrong: return "wrong";
        case Verdict::NotTested: return "untested";
    }
    return "";
}

Text coloured_word(Verdict verdict) {
    std::string text = word(verdict);
    text.resize(10, ' ');
    if (verdict == Verdict::Fine) return green(text);
    if (verdict == Verdict::Wrong) return red(text);
    return yellow(text);
}

// By program, each line once, in the order of the findings.
std::vector<Fix> all_fixes(const std::vector<Finding>& findings, const std::string& server) {
    std::vector<Fix> all;
    for (const Finding& finding : findings) {
        for (Fix& fix : fixes_for(finding.problem, server)) {
            auto same = std::find_if(all.begin(), all.end(), [&](const Fix& one) { return one.program == fix.program; });
            if (same == all.end()) same = all.insert(all.end(), Fix{fix.program, {}});
            for (std::string& line : fix.lines) {
                if (std::find(same->lines.begin(), same->lines.end(), line) == same->lines.end()) same->lines.push_back(std::move(line));
            }
        }
    }
    return all;
}

void print_fixes(const std::vector<Fix>& fixes) {
    if (fixes.empty()) return;
    print("");
    print("Fixes:");
    for (const Fix& fix : fixes) {
        print("");
        print("  " + bold(fix.program));
        for (const std::string& line : fix.lines) print("    " + line);
    }
}

std::string report(const std::string& server, const std::vector<Finding>& findings, const std::vector<Fix>& fixes) {
    std::vector<std::string> checks;
    checks.reserve(findings.size());
    for (const Finding& finding : findings) {
        checks.push_back(
            codec::JsonWriter().add("about", finding.about).add("verdict", word(finding.verdict)).add("text", finding.text).text());
    }
    codec::JsonWriter mend;
    for (const Fix& fix : fixes) mend.add(fix.program, fix.lines);
    return codec::JsonWriter().add("server", server).raw("checks", codec::json_array(checks)).raw("mend", mend.text()).text();
}

Outcome<> examine(const Options& options) {
    KS_TRY(std::string server, meant_server(options.url));
    KS_TRY(auto idle, parse_seconds("--idle", options.idle));
    std::vector<Finding> findings;
    Diagnostics examination{.server = server, .session = session_at(server), .idle = std::chrono::seconds(idle)};
    examination.found = [&](Finding finding) {
        if (!options.common.json) {
            std::string about = finding.about;
            about.resize(13, ' ');
            print(coloured_word(finding.verdict) + about + finding.text);
        }
        findings.push_back(std::move(finding));
    };
    KS_CHECK(examination.run());
    auto fixes = all_fixes(findings, server);
    if (options.common.json) {
        print(report(server, findings, fixes));
    } else {
        print_fixes(fixes);
    }
    auto wrong = std::count_if(findings.begin(), findings.end(), [](const Finding& one) { return one.verdict == Verdict::Wrong; });
    if (wrong > 0)
        return command_error(ExitCode::Failed,
                             std::to_string(wrong) + " of " + std::to_string(findings.size()) + " checks found a problem at " + server);
    return {};
}

}  // namespace

void add_doctor(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("doctor", "check a public address from outside");
    command.details(
        "Checks TLS, the clock, the WebSocket, limits, buffering, refusals and timeouts on the way to a server, and prints the "
        "configuration lines for nginx, Apache, haproxy, Caddy or Traefik that fix each problem. If you are signed in, it also uploads a "
        "small file, shares it and deletes it again.");
    command.takes({.name = "URL",
                   .help = "like https://files.example.org [the last one signed in to]",
                   .target = &options->url,
                   .completed_by = "servers"});
    command.option("--idle", "35s", options->idle, "how long to watch an idle connection, unless the server pings earlier");
    command.flag("--json", options->common.json, "print the result as JSON");
    runs(command, options, examine);
}

}  // namespace ks::cli
