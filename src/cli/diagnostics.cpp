#include "base/size.h"
#include "cli/diagnostics.h"

#include "cli/event_source.h"
#include "cli/probe.h"
#include "cli/values.h"

#include <cmath>
#include <ctime>
#include <thread>

namespace ks::cli {

namespace {

using Verdict = Finding::Verdict;
using namespace std::chrono_literals;

constexpr auto patience = 5s;

Moment in(std::chrono::seconds time) { return std::chrono::steady_clock::now() + time; }

bool is_loopback(const std::string& server) {
    std::string host = host_of(server);
    return host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]");
}

Finding look_at_tls(const Http& http, const std::string& server) {
    if (!server.starts_with("https:")) {
        if (is_loopback(server)) return {"TLS", Verdict::Fine, "none, not required on this machine"};
        return {"TLS", Verdict::Unsure, "none: passwords and files are sent unencrypted; serve https, for example with a proxy"};
    }
    auto end = http.certificate_end();
    if (!end) return {"TLS", Verdict::Fine, "the certificate is valid"};
    double days = std::difftime(parse_date(*end).value_or(0), std::time(nullptr)) / 86'400;
    std::string left = std::to_string(static_cast<int>(days)) + " days";
    if (days < 14) return {"TLS", Verdict::Unsure, "the certificate expires in " + left + "; check its automatic renewal"};
    return {"TLS", Verdict::Fine, "the certificate is valid for " + left};
}

Finding look_at_clock(const HttpAnswer& answer) {
    auto theirs = parse_date(std::string(answer.header("Date")));
    if (!theirs) return {"clock", Verdict::NotTested, "no Date header in responses"};
    double ahead = std::difftime(*theirs, std::time(nullptr));
    if (std::abs(ahead) < 30) return {"clock", Verdict::Fine, "matches this machine's"};
    std::string how = time_left_text(std::abs(ahead)) + (ahead > 0 ? " ahead of" : " behind");
    return {"clock", Verdict::Unsure,
            "the server's clock is " + how + " this machine's: links expire at the wrong time; synchronize both with NTP"};
}

// The head of an upload without credentials: the server refuses it without reading the body. When the refusal arrives shows which
// program on the way reads the body first.
std::string head_of_upload(const std::string& server, std::uint64_t length) {
    return "POST " + path_of(server) + "/api/v1/files?filename=doctor HTTP/1.1\r\nHost: " + host_of(server) +
           "\r\nContent-Type: application/octet-stream\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

Outcome<bool> is_too_large(const std::string& server, std::uint64_t length) {
    KS_TRY(RawConnection line, RawConnection::open(server));
    auto answer = exchange(line, head_of_upload(server, length), in(2s));
    return answer && *answer && (*answer)->status == 413;
}

Outcome<Finding> look_at_body_limit(const std::string& server) {
    constexpr int largest = 40;  // 1 TiB
    KS_TRY(bool limited, is_too_large(server, 1ULL << largest));
    if (!limited) return Finding{"body limit", Verdict::Fine, "none up to " + bytes_text(std::ldexp(1.0, largest))};
    int small = 10;
    for (int large = largest; large - small > 1;) {
        int middle = (small + large) / 2;
        KS_TRY(bool too_large, is_too_large(server, (1ULL << middle) + 1));
        (too_large ? large : small) = middle;
    }
    std::string limit = bytes_text(std::ldexp(1.0, small + 1));
    return Finding{"body limit", Verdict::Wrong, "the proxy refuses bodies larger than " + limit + ": larger uploads fail with 413",
                   Problem::BodyLimit};
}

// Sends a request and then its body at 40 KB/s until an answer comes or `time` has passed. A streaming proxy forwards the refusal
// early, a buffering one waits for the whole body. The body must keep moving: some proxies forward an answer only while there is
// something to read.
Outcome<std::optional<RawAnswer>> send_slowly(RawConnection& line, std::string request, std::chrono::milliseconds time) {
    std::optional<RawAnswer> answer;
    for (Moment end = std::chrono::steady_clock::now() + time; !answer && std::chrono::steady_clock::now() < end;) {
        KS_TRY(answer, exchange(line, request, std::chrono::steady_clock::now() + 100ms));
        request.assign(4096, 'x');
    }
    return answer;
}

Finding uploads_pass() { return {"uploads", Verdict::Fine, "are streamed without buffering"}; }

Finding uploads_are_collected() {
    return {"uploads", Verdict::Wrong, "the proxy buffers uploads: progress is not visible, and an interruption loses the buffered data",
            Problem::UploadBuffering};
}

Finding uploads_answered_with(int status) {
    if (status == 413) return {"uploads", Verdict::NotTested, "request bodies are refused"};
    return {"uploads", Verdict::Wrong, "the proxy responds to an upload with " + std::to_string(status) + "; see its log for the reason"};
}

Outcome<Finding> look_at_upload_buffering(const std::string& server) {
    KS_TRY(RawConnection line, RawConnection::open(server));
    KS_TRY(auto answer, send_slowly(line, head_of_upload(server, 900_KiB), patience));
    // 502: the body was forwarded, and the server's refusal came too early for the proxy.
    if (answer && (answer->status == 401 || answer->status == 502)) return uploads_pass();
    if (answer) return uploads_answered_with(answer->status);
    return Finding{
        "uploads", Verdict::Unsure,
        "no response before the end of an upload: the proxy buffers uploads or delays responses; sign in for a more precise check",
        Problem::UploadBuffering};
}

// Interrupts an upload and asks the server how many bytes it has stored.
Outcome<Finding> look_at_interrupted_upload(Api& api) {
    constexpr auto length = 900_KiB;
    const std::string tus = "Tus-Resumable: 1.0.0";
    const std::string name = "Upload-Metadata: filename a2luZ3NoYXJlLWRvY3Rvci50eHQ=";  // kingshare-doctor.txt
    KS_TRY(HttpAnswer created,
           api.send({.method = "POST", .url = "/api/v1/uploads", .headers = {tus, name, "Upload-Length: " + std::to_string(length)}}));
    std::string location(created.header("Location"));
    auto path = location.find("/api/v1/uploads/");
    if (path == std::string::npos) return command_error(ExitCode::Failed, "the response to creating an upload has no Location header");
    location.erase(0, path);
    KS_TRY(std::string token, api.token());
    std::optional<RawAnswer> answer;
    {
        KS_TRY(RawConnection line, RawConnection::open(api.server()));
        KS_TRY(answer, send_slowly(line,
                                   "PATCH " + path_of(api.server()) + location + " HTTP/1.1\r\nHost: " + host_of(api.server()) + "\r\n" +
                                       tus + "\r\nAuthorization: Bearer " + token +
                                       "\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: " +
                                       std::to_string(length) + "\r\n\r\n",
                                   1s));
    }
    bool arrived = false;
    for (Moment end = in(patience); !answer && !arrived && std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(200ms)) {
        KS_TRY(HttpAnswer state, api.send({.method = "HEAD", .url = location, .headers = {tus}}));
        arrived = state.header("Upload-Offset") != "0";
    }
    KS_CHECK(api.send({.method = "DELETE", .url = location, .headers = {tus}}));
    if (answer) return uploads_answered_with(answer->status);
    return arrived ? uploads_pass() : uploads_are_collected();
}

// Returns the status of a refusal that is sent before the end of the body, nullopt if the deadline passes first.
Outcome<std::optional<int>> status_of_refused_upload(const std::string& server, bool reads_meanwhile) {
    constexpr std::uint64_t length = 8_MiB;
    KS_TRY(RawConnection line, RawConnection::open(server));
    KS_CHECK(line.send(head_of_upload(server, length)));
    const std::string piece(64_KiB, 'x');
    std::optional<RawAnswer> answer;
    Moment end = in(15s);
    for (std::uint64_t sent = 0; sent < length && !answer; sent += piece.size()) {
        if (std::chrono::steady_clock::now() > end) return std::nullopt;
        if (reads_meanwhile) {
            KS_TRY(answer, exchange(line, piece, std::chrono::steady_clock::now()));
        } else {
            KS_CHECK(line.send(piece));
        }
    }
    if (!answer) {
        KS_TRY(answer, exchange(line, "", in(patience)));
    }
    return answer ? std::optional(answer->status) : std::nullopt;
}

Finding look_at_refusals(const std::string& server, bool bodies_are_limited) {
    if (bodies_are_limited) return {"refusals", Verdict::NotTested, "request bodies are refused"};
    const std::string lost = ": clients do not learn why an upload failed";
    for (bool reads_meanwhile : {true, false, true, false}) {
        auto status = status_of_refused_upload(server, reads_meanwhile);
        if (!status)
            return {"refusals", Verdict::Wrong, "the proxy closes a refused upload before the response is read" + lost, Problem::Refusals};
        if (!*status) return {"refusals", Verdict::NotTested, "uploading 8 MiB takes too long from here"};
        if (**status != 401) {
            return {"refusals", Verdict::Wrong,
                    "the proxy responds with " + std::to_string(**status) + " instead of the server's refusal of an upload" + lost,
                    Problem::Refusals};
        }
    }
    return {"refusals", Verdict::Fine, "reach clients that are still uploading"};
}

Outcome<Finding> look_at_origin(const std::string& server, Http& http) {
    // Sent with an invalid cookie. Returns 401 if the server takes this address for its own, 403 otherwise.
    auto status = [&](const std::string& origin) -> Outcome<int> {
        HttpRequest request{.method = "DELETE", .url = server + "/api/v1/tokens/00000000-0000-7000-8000-000000000000"};
        request.headers = {"Cookie: ks_session=doctor", "Origin: " + origin};
        request.within = 15s;
        KS_TRY(HttpAnswer answer, http.send(request));
        return answer.status;
    };
    KS_TRY(int own, status(origin_of(server)));
    if (own != 403) return Finding{"address", Verdict::Fine, "the server knows its public address"};
    KS_TRY(int plain, server.starts_with("https:") ? status("http" + origin_of(server).substr(5)) : Outcome<int>(403));
    if (plain != 403) {
        return Finding{"address", Verdict::Wrong,
                       "the server doesn't know that it is reached by https: changes from the web page are refused", Problem::PublicUrl};
    }
    return Finding{
        "address", Verdict::Wrong,
        "the server treats this address as another site: the proxy sends a different Host, or server.public_url is a different address",
        Problem::Host};
}

std::optional<Finding> look_at_forwarded(const std::string& server, Http& http) {
    auto answer = http.send({.url = server + "/metrics", .within = 15s});
    if (!answer) return std::nullopt;
    bool proxied = !answer->header("Server").empty() || !answer->header("Via").empty() || !is_loopback(server);
    if (!proxied) return std::nullopt;
    if (answer->status != 200) return Finding{"callers", Verdict::Fine, "the proxy forwards client addresses"};
    return Finding{
        "callers", Verdict::Wrong,
        "/metrics is open to everybody: the proxy doesn't forward client addresses (or server.metrics_for_all is set), so all clients "
        "share one rate limit",
        Problem::Forwarded};
}

Outcome<Finding> look_at_websocket(WsProbe& probe) {
    if (!probe.is_open()) {
        std::string status = std::to_string(probe.status());
        return Finding{"WebSocket", Verdict::Wrong, "the handshake got " + status + " instead of 101: the proxy drops the upgrade",
                       Problem::Upgrade};
    }
    const std::string ping = R"({"type":"Ping"})";
    KS_CHECK(probe.send(net::Opcode::Text, ping));
    auto until = in(patience);
    while (true) {
        KS_TRY(auto heard, probe.hear(until));
        if (std::chrono::steady_clock::now() > until) heard.what = WsProbe::Heard::What::Nothing;
        using What = WsProbe::Heard::What;
        if (heard.what == What::Text && heard.payload.find("Pong") != std::string::npos) break;
        if (heard.what == What::End || heard.what == What::Nothing) {
            return Finding{"WebSocket", Verdict::Wrong, "it opens, but no messages pass: Ping got no Pong", Problem::Upgrade};
        }
    }
    return Finding{"WebSocket", Verdict::Fine, "opens, and Ping gets a Pong"};
}

// Until the server's own ping comes through, or for so long.
Outcome<Finding> look_at_idling(WsProbe& probe, Moment since, std::chrono::seconds idle) {
    Moment until = since + idle;
    while (true) {
        auto heard = probe.hear(until);
        if (heard && std::chrono::steady_clock::now() > until) heard->what = WsProbe::Heard::What::Nothing;
        using What = WsProbe::Heard::What;
        if (!heard || heard->what == What::End) {
            std::chrono::duration<double> lasted = std::chrono::steady_clock::now() - since;
            return Finding{"idle", Verdict::Wrong,
                           "the proxy closes an idle connection after " + time_left_text(std::round(lasted.count())) +
                               "; it must keep it for at least a minute",
                           Problem::Timeout};
        }
        if (heard->what == What::Ping) return Finding{"idle", Verdict::Fine, "an idle connection stays open until the server's ping"};
        if (heard->what == What::Nothing)
            return Finding{"idle", Verdict::Fine,
                           "an idle connection stays open for at least " + time_left_text(static_cast<double>(idle.count()))};
    }
}

Finding look_at_live_stream(Api& api) {
    EventReader reader;
    bool came = false;
    HttpRequest request{.url = "/api/v1/events?since=now", .within = patience};
    request.sink = [&](const HttpHead&, std::string_view bytes) {
        reader.take(bytes, [&](const std::string&) { came = true; });
        return !came;
    };
    auto answer = api.send(std::move(request));
    if (came) return {"live stream", Verdict::Fine, "server-sent events arrive immediately"};
    if (!answer && answer.error().exit != ExitCode::Network) return {"live stream", Verdict::NotTested, answer.error().message};
    return {"live stream", Verdict::Wrong, "the proxy buffers server-sent events", Problem::LiveBuffering};
}

Outcome<Finding> look_at_links(Api& api) {
    HttpRequest upload{.method = "POST", .url = "/api/v1/files?filename=kingshare-doctor.txt", .headers = {"Content-Type: text/plain"}};
    upload.body = "kingshare doctor was here\n";
    KS_TRY(HttpAnswer uploaded, api.send(upload));
    KS_TRY(auto file, json_of(uploaded));
    KS_TRY(std::string id, understood(file.string("id")));
    auto share = api.post("/api/v1/shares", codec::JsonWriter().add("file_id", id).add("expires_in", 60));
    auto link = share ? understood(share->string("url")) : Outcome<std::string>(tl::unexpected(std::move(share.error())));
    // Opens links to this server only: a link is untrusted input.
    auto leads_to = link ? server_address(*link) : Outcome<std::string>();
    HttpRequest look{.url = link.value_or(""), .headers = {"Accept: text/html"}, .within = 15s};
    auto page = leads_to == api.server() ? api.http().send(std::move(look)) : Outcome<HttpAnswer>();
    KS_CHECK(api.remove("/api/v1/files/" + percent_encoded(id)));
    if (!link) return tl::unexpected(std::move(link.error()));
    if (leads_to != api.server()) {
        return Finding{"links", Verdict::Wrong, "they start with " + leads_to.value_or(*link) + " instead of this address",
                       Problem::PublicUrl};
    }
    if (!page || page->status != 200)
        return Finding{"links", Verdict::Wrong, "opening a link failed: " + (page ? std::to_string(page->status) : page.error().message),
                       Problem::PublicUrl};
    return Finding{"links", Verdict::Fine, "upload, link and page work"};
}

// A check that cannot be made becomes a finding; the others still run.
Finding or_trouble(const std::string& about, Outcome<Finding> finding) {
    if (finding) return std::move(*finding);
    return {about, Verdict::Wrong, finding.error().message};
}

}  // namespace

Outcome<> Diagnostics::run() {
    Http http;
    KS_TRY(HttpAnswer health, http.send({.url = server + "/healthz", .within = 15s}));
    auto body = codec::JsonObject::parse(health.body);
    if (health.status != 200 || !body || body->string("status") != "ok") return tl::unexpected(error_of_response(health, server));
    found({"server", Verdict::Fine, "KingShare responds"});
    found(look_at_tls(http, server));
    found(look_at_clock(health));

    auto probe = WsProbe::open(server, in(patience));
    Moment opened = std::chrono::steady_clock::now();
    found(or_trouble("WebSocket", probe ? look_at_websocket(*probe) : tl::unexpected(probe.error())));
    Finding body_limit = or_trouble("body limit", look_at_body_limit(server));
    bool bodies_are_limited = body_limit.verdict != Verdict::Fine;
    found(std::move(body_limit));
    Api api = session ? Api::as(*session) : Api::anonymous(server);
    bool signed_in = session && fresh_session(*session);
    found(or_trouble("uploads", signed_in ? look_at_interrupted_upload(api) : look_at_upload_buffering(server)));
    found(look_at_refusals(server, bodies_are_limited));
    found(or_trouble("address", look_at_origin(server, http)));
    if (auto finding = look_at_forwarded(server, http)) found(std::move(*finding));
    if (signed_in) {
        found(look_at_live_stream(api));
        found(or_trouble("links", look_at_links(api)));
    } else {
        found({"live stream", Verdict::NotTested, "requires an account: kingshare login " + server});
        found({"links", Verdict::NotTested, "requires an account: kingshare login " + server});
    }
    if (probe && probe->is_open()) found(or_trouble("idle", look_at_idling(*probe, opened, idle)));
    return {};
}

}  // namespace ks::cli
