#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ks::codec {

// A received JSON object (RFC 8259), parsed with limits: 32 levels deep, one document, UTF-8. Getters fail with INVALID_REQUEST and the
// field's name; the optional ones return nullopt for absent and null fields. Unknown fields are ignored.
class JsonObject {
public:
    static Result<JsonObject> parse(std::string_view text);

    JsonObject(JsonObject&&) noexcept;
    JsonObject& operator=(JsonObject&&) noexcept;
    ~JsonObject();

    bool has(std::string_view name) const;      // true for null too
    bool is_null(std::string_view name) const;  // present and null
    Result<std::string> string(std::string_view name) const;
    Result<std::optional<std::string>> optional_string(std::string_view name) const;
    Result<std::optional<std::int64_t>> optional_integer(std::string_view name, std::int64_t min, std::int64_t max) const;
    Result<std::optional<double>> optional_number(std::string_view name) const;
    Result<std::optional<bool>> optional_bool(std::string_view name) const;
    Result<std::optional<Time>> optional_time(std::string_view name) const;  // RFC 3339
    Result<std::optional<std::vector<std::string>>> optional_strings(std::string_view name) const;
    Result<std::optional<JsonObject>> optional_object(std::string_view name) const;
    Result<std::vector<JsonObject>> objects(std::string_view name) const;  // a list of objects only
    std::vector<std::string> names() const;
    void remove(std::string_view name);
    std::string text() const;  // the whole object as JSON

private:
    struct Impl;
    explicit JsonObject(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

std::string json_string(std::string_view text);  // quoted and escaped

// Builds the text of a JSON object with its fields in the order of the calls.
class JsonWriter {
public:
    JsonWriter& add(std::string_view name, std::string_view value) { return raw(name, json_string(value)); }
    JsonWriter& add(std::string_view name, const std::string& value) { return add(name, std::string_view(value)); }
    JsonWriter& add(std::string_view name, const char* value) { return add(name, std::string_view(value)); }
    JsonWriter& add(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }
    JsonWriter& add(std::string_view name, Time value) { return add(name, rfc3339(value)); }
    JsonWriter& add(std::string_view name, double value);
    template <std::integral Integer>
    JsonWriter& add(std::string_view name, Integer value) {
        return raw(name, std::to_string(value));
    }
    template <class Value>
    JsonWriter& add(std::string_view name, const std::optional<Value>& value) {
        return value ? add(name, *value) : raw(name, "null");
    }
    JsonWriter& add(std::string_view name, const std::vector<std::string>& values);
    JsonWriter& raw(std::string_view name, std::string_view json);  // json: a complete value

    std::string text() const { return text_.empty() ? "{}" : text_ + "}"; }

private:
    std::string text_;
};

std::string json_array(const std::vector<std::string>& values);  // values: complete JSON values

}  // namespace ks::codec
