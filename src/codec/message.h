#pragma once

#include "base/result.h"
#include "model/event.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace ks::codec {

// A well-formed message of a type that clients may not send.
struct UnknownMessage {};

using ClientMessage = std::variant<wire::Authenticate, wire::Ping, wire::Pong, UnknownMessage>;

// Decodes a client's message. Errors: INVALID_MESSAGE with the reason if it is malformed.
Result<ClientMessage> decode_message(std::string_view text);

// {"type":…,"data":{…}}
std::string encode(const Event& event);
// Same for connections without ?since=. Returns an empty string if they do not receive the event, nullopt if their message is the same.
std::optional<std::string> encode_without_since(const Event& event);
// Same for the encoded message of an event of that type.
std::optional<std::string> without_since(std::string_view type, const std::string& message);
std::string encode(const wire::AuthenticationResult& reply);
std::string encode(const wire::Error& reply);
std::string encode(const wire::Resumed& reply);

inline constexpr std::string_view pong_message = R"({"type":"Pong"})";

}  // namespace ks::codec
