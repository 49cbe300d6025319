#include "codec/message.h"

#include "codec/json.h"

#include <cmath>

namespace ks::codec {

namespace {

struct AddField {
    JsonWriter& writer;
    std::size_t left;  // fields still to encode; the others are omitted

    template <class Value>
    void operator()(const char* name, const Value& value) {
        if (left == 0) return;
        --left;
        add(name, value);
    }

    template <class Tag>
    void add(const char* name, const Id<Tag>& id) {
        writer.add(name, id.text());
    }
    void add(const char* name, const std::string& text) { writer.add(name, text); }
    void add(const char* name, std::uint64_t number) { writer.add(name, number); }
    template <class Value>
    void add(const char* name, const std::optional<Value>& value) {
        if (value) add(name, *value);
    }
    void add(const char* name, bool value) { writer.add(name, value); }
    void add(const char* name, Level level) { writer.add(name, level_names[static_cast<std::size_t>(level)]); }
    void add(const char* name, ErrorCode code) { writer.add(name, error_info(code).code); }
    void add(const char* name, double number) {
        // Whole numbers without an exponent: 1, not 1e+00.
        if (number == std::floor(number) && std::abs(number) < 1e15) {
            writer.add(name, static_cast<std::int64_t>(number));
        } else {
            writer.add(name, number);
        }
    }
};

template <class Message>
std::string encode_message(const Message& message, std::size_t fields = Message::fields) {
    JsonWriter data;
    for_each_field(message, AddField{data, fields});
    return JsonWriter().add("type", Message::type).raw("data", data.text()).text();
}

Result<ClientMessage> decode(std::string_view text) {
    KS_TRY(auto message, JsonObject::parse(text));
    KS_TRY(auto type, message.string("type"));
    KS_TRY(auto data, message.optional_object("data"));
    if (type == wire::Ping::type) return wire::Ping{};
    if (type == wire::Pong::type) return wire::Pong{};
    if (type == wire::Authenticate::type) {
        if (!data) return bad_field("data", "Authenticate requires \"data\" with a \"token\"");
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

std::optional<std::string> encode_without_since(const Event& event) {
    auto encode_as_seen = []<class Message>(const Message& message) -> std::optional<std::string> {
        if constexpr (Message::since_alone) return std::string();
        if constexpr (Message::fields == Message::fields_without_since) return std::nullopt;
        return encode_message(message, Message::fields_without_since);
    };
    return std::visit(encode_as_seen, event);
}

namespace {

// Removes the fields of `Message` that only connections with ?since= receive.
template <class Message>
std::optional<std::string> remove_fields(const std::string& message) {
    auto parsed = JsonObject::parse(message);
    auto data = parsed ? parsed->optional_object("data") : tl::unexpected(std::move(parsed.error()));
    if (!data || !*data) return std::nullopt;
    std::size_t index = 0;
    auto remove = [&data, &index](const char* name, const auto&) {
        if (index++ >= Message::fields_without_since) (*data)->remove(name);
    };
    const Message none{};
    for_each_field(none, remove);
    return JsonWriter().add("type", Message::type).raw("data", (*data)->text()).text();
}

template <class Message>
std::optional<std::string> without_since(const std::string& message) {
    if constexpr (Message::since_alone) return std::string();
    if constexpr (Message::fields == Message::fields_without_since) return std::nullopt;
    return remove_fields<Message>(message);
}

template <class... Messages>
std::optional<std::string> without_since(std::type_identity<std::variant<Messages...>>, std::string_view type, const std::string& message) {
    std::optional<std::string> text;
    ((type == Messages::type && (text = without_since<Messages>(message), true)) || ...);
    return text;
}

}  // namespace

std::optional<std::string> without_since(std::string_view type, const std::string& message) {
    return without_since(std::type_identity<Event>{}, type, message);
}

std::string encode(const wire::AuthenticationResult& reply) { return encode_message(reply); }
std::string encode(const wire::Error& reply) { return encode_message(reply); }
std::string encode(const wire::Resumed& reply) { return encode_message(reply); }

}  // namespace ks::codec
