#include "codec/json.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <charconv>

namespace ks::codec {

namespace json = boost::json;

namespace {

tl::unexpected<Error> wrong(std::string_view name, std::string_view allowed) {
    return bad_field(std::string(name), "\"" + std::string(name) + "\" must be " + std::string(allowed));
}

}  // namespace

struct JsonObject::Impl {
    json::object object;

    const json::value* find(std::string_view name) const {
        const json::value* value = object.if_contains(json::string_view(name.data(), name.size()));
        return value && !value->is_null() ? value : nullptr;
    }
};

JsonObject::JsonObject(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
JsonObject::JsonObject(JsonObject&&) noexcept = default;
JsonObject& JsonObject::operator=(JsonObject&&) noexcept = default;
JsonObject::~JsonObject() = default;

Result<JsonObject> JsonObject::parse(std::string_view text) {
    json::parse_options options;
    options.max_depth = 32;
    boost::system::error_code error;
    json::value value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
    if (error == json::error::too_deep) return fail(ErrorCode::InvalidRequest, "The JSON is nested too deeply: the limit is 32 levels");
    if (error) return fail(ErrorCode::InvalidRequest, "The body is not valid JSON: " + error.message());
    if (!value.is_object()) return fail(ErrorCode::InvalidRequest, "The body must be a JSON object");
    return JsonObject(std::make_unique<Impl>(Impl{std::move(value.get_object())}));
}

bool JsonObject::has(std::string_view name) const { return impl_->object.contains(json::string_view(name.data(), name.size())); }

bool JsonObject::is_null(std::string_view name) const { return has(name) && !impl_->find(name); }

Result<std::string> JsonObject::string(std::string_view name) const {
    KS_TRY(auto value, optional_string(name));
    if (!value) return bad_field(std::string(name), "\"" + std::string(name) + "\" is required");
    return std::move(*value);
}

Result<std::optional<std::string>> JsonObject::optional_string(std::string_view name) const {
    const json::value* value = impl_->find(name);
    if (!value) return std::nullopt;
    if (!value->is_string()) return wrong(name, "a string");
    return std::string(value->get_string());
}

Result<std::optional<std::int64_t>> JsonObject::optional_integer(std::string_view name, std::int64_t min, std::int64_t max) const {
    const json::value* value = impl_->find(name);
    if (!value) return std::nullopt;
    boost::system::error_code inexact;  // accepts 3.0
    auto number = value->to_number<std::int64_t>(inexact);
    if (inexact || number < min || number > max) {
        return wrong(name, "a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    }
    return number;
}

Result<std::optional<double>> JsonObject::optional_number(std::string_view name) const {
    const json::value* value = impl_->find(name);
    if (!value) return std::nullopt;
    if (!value->is_number()) return wrong(name, "a number");
    return value->to_number<double>();
}

Result<std::optional<bool>> JsonObject::optional_bool(std::string_view name) const {
    const json::value* value = impl_->find(name);
    if (!value) return std::nullopt;
    if (!value->is_bool()) return wrong(name, "true or false");
    return value->get_bool();
}

Result<std::optional<Time>> JsonObject::optional_time(std::string_view name) const {
    const json::value* value = impl_->find(name);
    if (!value) return std::nullopt;
    auto time = value->is_string() ? parse_rfc3339(std::string_view(value->get_string())) : std::nullopt;
    if (!time) return wrong(name, "a time like \"2030-01-31T12:00:00Z\" (RFC 3339)");
    return time;
}

Result<std::optional<std::vector<std::string>>> JsonObject::optional_strings(std::string_view name) const {
    const json::value* value = impl_->find(name);
    if (!value) return std::nullopt;
    if (!value->is_array()) return wrong(name, "a list of strings");
    std::vector<std::string> strings;
    for (const json::value& item : value->get_array()) {
        if (!item.is_string()) return wrong(name, "a list of strings");
        strings.emplace_back(item.get_string());
    }
    return strings;
}

Result<std::optional<JsonObject>> JsonObject::optional_object(std::string_view name) const {
    const json::value* value = impl_->find(name);
    if (!value) return std::nullopt;
    if (!value->is_object()) return wrong(name, "an object");
    return JsonObject(std::make_unique<Impl>(Impl{value->get_object()}));
}

Result<std::vector<JsonObject>> JsonObject::objects(std::string_view name) const {
    const json::value* value = impl_->find(name);
    if (!value || !value->is_array()) return wrong(name, "a list of objects");
    std::vector<JsonObject> objects;
    for (const json::value& item : value->get_array()) {
        if (!item.is_object()) return wrong(name, "a list of objects");
        objects.push_back(JsonObject(std::make_unique<Impl>(Impl{item.get_object()})));
    }
    return objects;
}

std::vector<std::string> JsonObject::names() const {
    std::vector<std::string> names;
    for (const auto& field : impl_->object) names.emplace_back(field.key());
    return names;
}

void JsonObject::remove(std::string_view name) { impl_->object.stable_erase(json::string_view(name.data(), name.size())); }

std::string JsonObject::text() const { return json::serialize(impl_->object); }

std::string json_string(std::string_view text) { return json::serialize(json::string_view(text.data(), text.size())); }

JsonWriter& JsonWriter::add(std::string_view name, double value) {
    char text[32];
    auto [end, error] = std::to_chars(text, text + sizeof text, value);
    return raw(name, std::string_view(text, static_cast<std::size_t>(end - text)));
}

JsonWriter& JsonWriter::add(std::string_view name, const std::vector<std::string>& values) {
    std::vector<std::string> quoted;
    quoted.reserve(values.size());
    for (const std::string& value : values) quoted.push_back(json_string(value));
    return raw(name, json_array(quoted));
}

JsonWriter& JsonWriter::raw(std::string_view name, std::string_view json) {
    text_ += text_.empty() ? "{" : ",";
    text_.append("\"").append(name).append("\":").append(json);
    return *this;
}

std::string json_array(const std::vector<std::string>& values) {
    std::string text = "[";
    for (const std::string& value : values) {
        if (text.size() > 1) text += ',';
        text += value;
    }
    return text + "]";
}

}  // namespace ks::codec
