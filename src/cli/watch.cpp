#include "cli/commands.h"
#include "cli/event_source.h"
#include "cli/retry_policy.h"
#include "cli/event_formatter.h"
#include "cli/terminal.h"
#include "cli/values.h"

#include <unistd.h>

#include <ctime>

namespace ks::cli {

namespace {

struct Options {
    Common common;
    std::string since = "now";
};

constexpr auto silence = std::chrono::seconds(45);  // Three of the server's heartbeats, sent every 15 s.
constexpr auto for_ever = std::chrono::hours(24 * 3650);

// Follows the event stream across reconnects, resuming at the cursor.
class Watch {
public:
    Watch(Api api, Session session, const Options& options)
        : api_(std::move(api)), sentences_(Api::as(std::move(session))), json_(options.common.json), bar_("") {
        reader_.set_cursor(options.since);
    }

    Outcome<> run() {
        while (true) {
            auto ended = follow();
            if (std::exchange(token_ended_, false)) {
                if (token_ != std::exchange(ended_token_, token_)) continue;
                return command_error(ExitCode::NotAllowed, api_.server() + " repeatedly accepts the token and then rejects it");
            }
            if (!ended && !ended.error().transient) return ended;
            CommandError trouble =
                ended ? CommandError{ExitCode::Network, api_.server() + " closed the stream", "", true} : std::move(ended.error());
            if (!std::exchange(away_, true)) note(dim(trouble.message + "; reconnecting, missed events will follow"));
            if (!patience_.wait(trouble, bar_)) return tl::unexpected(std::move(trouble));
        }
    }

private:
    Outcome<> follow() {
        reader_.forget_rest();
        KS_TRY(token_, api_.token());
        HttpRequest request{.url = "/api/v1/events?since=" + percent_encoded(reader_.cursor())};
        request.stall = silence;
        bool is_stream = true;
        request.sink = [&](const HttpHead& head, std::string_view bytes) {
            is_stream = head.header("Content-Type").starts_with("text/event-stream");
            if (!is_stream) return false;
            too_long_ = !reader_.take(bytes, [this](std::string message) { take(std::move(message)); });
            return !too_long_;
        };
        auto answer = api_.send(std::move(request));
        if (!is_stream) return tl::unexpected(unexpected_response("not an event stream"));
        if (too_long_) return tl::unexpected(unexpected_response("an event of more than 1 MiB"));
        if (!answer) return tl::unexpected(std::move(answer.error()));
        return {};
    }

    void take(std::string text) {
        auto message = codec::JsonObject::parse(text);
        for (char& c : text) c = c == '\t' || c == '\r' ? ' ' : c;  // JSON whitespace; keeps the output to printable single lines.
        auto type = message ? message->string("type") : Result<std::string>(fail(ErrorCode::InvalidMessage));
        auto data = message ? message->optional_object("data") : Result<std::optional<codec::JsonObject>>(std::nullopt);
        if (!type || !data || !*data) return;
        if (*type == "Resumed") return resumed(text, **data);
        if (*type == "Error") {
            token_ended_ = (*data)->string("code") == "INVALID_TOKEN";
        } else if (json_) {
            print(text);
        } else if (*type == "UploadProgress") {
            show_progress(**data, "bytes_uploaded");
        } else if (*type == "DownloadProgress") {
            show_progress(**data, "bytes_sent");
        } else {
            bar_.clear();
            auto time = message->optional_time("time");
            print(dim(clock_text(time && *time ? **time : SystemClock().now())) + "  " + sentences_.of(*type, **data));
        }
    }

    void resumed(const std::string& text, const codec::JsonObject& data) {
        patience_.progressed();
        auto complete = data.optional_bool("complete");
        bool whole = complete && complete->value_or(true);
        if (!whole && json_) print(text);
        if (!whole) note(yellow("Some earlier events have expired; events from here on are complete."));
        if (!std::exchange(began_, true) && !json_) note(dim("Watching " + api_.server() + "; press Ctrl-C to stop."));
        if (whole && away_) note(dim("Reconnected; no events were missed."));
        away_ = false;
        if (auto cursor = data.string("cursor")) reader_.set_cursor(*cursor);
    }

    void show_progress(const codec::JsonObject& data, const char* done_field) {
        auto done = data.optional_integer(done_field, 0, INT64_MAX);
        auto total = data.optional_integer("total_bytes", 0, INT64_MAX);
        if (!done || !total) return;
        auto whole = static_cast<std::uint64_t>(total->value_or(0));
        bar_.show(static_cast<std::uint64_t>(done->value_or(0)), whole ? std::optional(whole) : std::nullopt);
    }

    static std::string clock_text(Time time) {
        std::time_t seconds = to_millis(time) / 1000;
        std::tm local{};
        localtime_r(&seconds, &local);
        char text[16];
        std::strftime(text, sizeof text, "%H:%M:%S", &local);
        return text;
    }

    Api api_;
    EventFormatter sentences_;
    bool json_;
    ProgressBar bar_;
    EventReader reader_;
    RetryPolicy patience_{for_ever};
    bool began_ = false;
    bool away_ = false;
    bool token_ended_ = false;
    bool too_long_ = false;
    std::string token_;  // Access token of the current connection.
    std::string ended_token_;
};

Outcome<> watch(const Options& options) {
    KS_TRY(Session session, find_session(options.common.server));
    return Watch(Api::as(session), session, options).run();
}

}  // namespace

void add_watch(Command& program) {
    auto options = std::make_shared<Options>();
    Command& command = program.add("watch", "print live events");
    command.details(
        "Prints one line per event, like an opened link, a download or a user coming online. After an interruption it resumes; no event "
        "is lost or repeated. With --json, each line is a message as described in asyncapi.yaml. Press Ctrl-C to stop.");
    command.option("--since", "CURSOR", options->since,
                   "also print earlier events: start for all stored ones, or those after this event id");
    add_common(command, options->common);
    runs(command, options, watch);
}

}  // namespace ks::cli
