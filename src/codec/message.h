#pragma once

#include "base/result.h"
#include "model/event.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace ks {

// Well-formed, but nothing that a client may say.
struct UnknownMessage {};

using ClientMessage = std::variant<wire::Authenticate, wire::Ping, wire::Pong, UnknownMessage>;

// INVALID_MESSAGE for what is not well-formed, saying what is wrong.
Result<ClientMessage> decode_message(std::string_view text);

// {"type":…,"data":{…}}
std::string encode(const Event& event);
// The same for connections that did not ask with ?since=: empty where they don't receive the event, nullopt where it is no other.
std::optional<std::string> encode_without_since(const Event& event);
std::string encode(const wire::AuthenticationResult& reply);
std::string encode(const wire::Error& reply);
std::string encode(const wire::Resumed& reply);

inline constexpr std::string_view pong_message = R"({"type":"Pong"})";

}  // namespace ks
