#include "codec/message.h"

#include "codec/json.h"

#include <cmath>

namespace ks {

namespace {

struct AddField {
    JsonWriter& writer;

    template <class Tag>
    void operator()(const char* name, const Id<Tag>& id) const {
        writer.add(name, id.text());
    }
    void operator()(const char* name, const std::string& text) const { writer.add(name, text); }
    void operator()(const char* name, std::uint64_t number) const { writer.add(name, number); }
    void operator()(const char* name, const std::optional<std::uint64_t>& number) const {
        if (number) writer.add(name, *number);
    }
    void operator()(const char* name, bool value) const { writer.add(name, value); }
    void operator()(const char* name, Level level) const { writer.add(name, level_names[static_cast<std::size_t>(level)]); }
    void operator()(const char* name, ErrorCode code) const { writer.add(name, facts(code).code); }
    void operator()(const char* name, double number) const {
        // Whole numbers are written as such: 1, not 1e+00.
        if (number == std::floor(number) && std::abs(number) < 1e15) {
            writer.add(name, static_cast<std::int64_t>(number));
        } else {
            writer.add(name, number);
        }
    }
};

template <class Message>
std::string encode_message(const Message& message) {
    JsonWriter data;
    for_each_field(message, AddField{data});
    return JsonWriter().add("type", Message::type).raw("data", data.text()).text();
}

Result<ClientMessage> decode(std::string_view text) {
    KS_TRY(auto message, JsonObject::parse(text));
    KS_TRY(auto type, message.string("type"));
    KS_TRY(auto data, message.optional_object("data"));
    if (type == wire::Ping::type) return wire::Ping{};
    if (type == wire::Pong::type) return wire::Pong{};
    if (type == wire::Authenticate::type) {
        if (!data) return bad_field("data", "Authenticate needs data with a token");
        KS_TRY(auto token, data->string("token"));
        return wire::Authenticate{std::move(token)};
    }
    return UnknownMessage{};
}

}  // namespace

Result<ClientMessage> decode_message(std::string_view text) {
    auto message = decode(text);
    if (!message) return fail(ErrorCode::InvalidMessage, "Invalid message format: " + message.error().message);
    return message;
}

std::string encode(const Event& event) {
    return std::visit([](const auto& message) { return encode_message(message); }, event);
}
std::string encode(const wire::AuthenticationResult& reply) { return encode_message(reply); }
std::string encode(const wire::Error& reply) { return encode_message(reply); }
std::string encode(const wire::Resumed& reply) { return encode_message(reply); }

}  // namespace ks
