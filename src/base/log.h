#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace ks::log {

// One fact of a log line. Values are quoted and escaped when they hold anything but plain characters.
// Nothing secret may be a value: tokens, passwords, cookies, share links and raw request targets never are.
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

// One line of logfmt on stderr: time=… level=… event="…" name=value …  From any thread.
void debug(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void warning(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

bool is_debugging();                     // whether debug() writes: for facts that are dear to gather
bool set_level(std::string_view level);  // debug, info, warning, error; false for another word

}  // namespace ks::log
