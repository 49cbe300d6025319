#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace ks::log {

// One field of a log line. Values with other than plain characters are quoted and escaped. Values must not be secret: no tokens, passwords,
// cookies, share links or raw request targets.
struct Field {
    std::string_view name;
    std::string value;

    Field(std::string_view name, std::string_view value) : name(name), value(value) {}
    Field(std::string_view name, const char* value) : name(name), value(value) {}
    Field(std::string_view name, const std::string& value) : name(name), value(value) {}
    Field(std::string_view name, bool value) : name(name), value(value ? "true" : "false") {}
    template <class Number>
    requires std::is_arithmetic_v<Number> Field(std::string_view name, Number value) : name(name), value(std::to_string(value)) {}
};
using Fields = std::initializer_list<Field>;

// Write one line of logfmt to stderr: time=… level=… event="…" name=value …  Thread-safe.
void debug(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void warning(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

bool is_debugging();                     // check before computing expensive fields
bool set_level(std::string_view level);  // debug, info, warning or error; returns false otherwise

}  // namespace ks::log
