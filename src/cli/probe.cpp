#include "cli/probe.h"

#include "base/crypto.h"
#include "base/result.h"
#include "base/size.h"

#include <algorithm>

namespace ks::cli {

namespace {

constexpr std::size_t most_head_bytes = 256_KiB;

RawAnswer parse_head(std::string_view text) {
    RawAnswer answer;
    auto line_end = text.find("\r\n");
    auto space = text.find(' ');
    if (space < line_end) answer.status = std::atoi(std::string(text.substr(space + 1, 3)).c_str());
    while (line_end != std::string_view::npos) {
        text.remove_prefix(line_end + 2);
        line_end = text.find("\r\n");
        std::string_view line = text.substr(0, line_end);
        auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        std::string_view value = line.substr(colon + 1);
        value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
        answer.headers.emplace_back(line.substr(0, colon), value);
    }
    return answer;
}

}  // namespace

std::string host_of(const std::string& server) {
    std::string rest = server.substr(server.find("://") + 3);
    return rest.substr(0, rest.find('/'));
}

std::string path_of(const std::string& server) { return server.substr(origin_of(server).size()); }

std::string origin_of(const std::string& server) { return server.substr(0, server.find('/', server.find("://") + 3)); }

Outcome<std::optional<RawAnswer>> exchange(RawConnection& line, const std::string& request, Moment until) {
    KS_CHECK(line.send(request));
    std::string text;
    while (true) {
        // A response that has begun gets more time.
        KS_TRY(auto bytes, line.receive(text.empty() ? until : until + std::chrono::seconds(5)));
        if (!bytes) return std::nullopt;
        if (bytes->empty())
            return tl::unexpected(CommandError{ExitCode::Network, "the connection was closed without a response", "CLOSED"});
        text += *bytes;
        if (text.size() > most_head_bytes)
            return tl::unexpected(CommandError{ExitCode::Failed, "the response header is larger than 256 KiB"});
        auto end = text.find("\r\n\r\n");
        if (end == std::string::npos) continue;
        RawAnswer answer = parse_head(std::string_view(text).substr(0, end));
        answer.rest = text.substr(end + 4);
        if (answer.status != 100) return answer;
        text = answer.rest;
    }
}

Outcome<WsProbe> WsProbe::open(const std::string& server, Moment until) {
    KS_TRY(RawConnection line, RawConnection::open(server));
    WsProbe probe(std::move(line));
    std::array<std::byte, 16> bytes;
    random_bytes(bytes);
    std::string key = base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    std::string request = "GET " + path_of(server) + "/ws HTTP/1.1\r\nHost: " + host_of(server) +
                          "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: " + origin_of(server) +
                          "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + "\r\n\r\n";
    KS_TRY(auto answer, exchange(probe.line_, request, until));
    if (!answer) return command_error(ExitCode::Network, "no response to the handshake");
    probe.answer_ = std::move(*answer);
    probe.unread_ = std::move(probe.answer_.rest);
    std::string accept = base64(sha1(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
    probe.open_ = probe.answer_.status == 101 && probe.answer_.header("Sec-WebSocket-Accept") == accept;
    return probe;
}

Outcome<> WsProbe::send(net::Opcode opcode, std::string_view payload) {
    net::Mask mask;
    random_bytes(std::as_writable_bytes(std::span(mask)));
    return line_.send(net::encode_frame({.opcode = opcode, .mask = mask}, payload));
}

Outcome<WsProbe::Heard> WsProbe::hear(Moment until) {
    static constexpr net::FrameRules rules{.max_message_bytes = 1 << 20, .from_client = false};
    while (true) {
        std::span<char> bytes(unread_);
        net::Incoming incoming = frames_->next(bytes, rules);
        Heard heard{.payload = std::string(incoming.payload)};
        unread_.erase(0, unread_.size() - bytes.size());
        using Kind = net::Incoming::Kind;
        using What = Heard::What;
        switch (incoming.kind) {
            case Kind::Ping: {
                KS_CHECK(send(net::Opcode::Pong, heard.payload));
                heard.what = What::Ping;
                return heard;
            }
            case Kind::Pong: heard.what = What::Pong; return heard;
            case Kind::Text: heard.what = What::Text; return heard;
            case Kind::Nothing: break;
            default: heard.what = What::End; return heard;
        }
        KS_TRY(auto more, line_.receive(until));
        if (!more) return heard;
        if (more->empty()) return Heard{What::End};
        unread_ += *more;
    }
}

}  // namespace ks::cli
