#include "base/log.h"

#include "base/result.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>

namespace ks {

namespace log {

namespace {

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = spdlog::stderr_logger_mt("kingshare");
        made->set_pattern("time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v", spdlog::pattern_time_type::utc);
        made->flush_on(spdlog::level::info);
        return made;
    }();
    return *instance;
}

void append(std::string& line, std::string_view name, std::string_view value) {
    if (!line.empty()) line += ' ';
    line.append(name).append("=");
    bool plain = !value.empty();
    for (unsigned char c : value) plain = plain && c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\';
    if (plain) {
        line += value;
        return;
    }
    line += '"';
    for (unsigned char c : value) {
        if (c == '"' || c == '\\') {
            line += '\\';
            line += static_cast<char>(c);
        } else if (c < ' ' || c == 0x7f) {
            line += fmt::format("\\x{:02x}", c);
        } else {
            line += static_cast<char>(c);
        }
    }
    line += '"';
}

void write(spdlog::level::level_enum level, std::string_view event, Fields fields) {
    if (!logger().should_log(level)) return;
    std::string line;
    append(line, "event", event);
    for (const Field& field : fields) append(line, field.name, field.value);
    logger().log(level, "{}", line);
}

}  // namespace

void debug(std::string_view event, Fields fields) { write(spdlog::level::debug, event, fields); }
void info(std::string_view event, Fields fields) { write(spdlog::level::info, event, fields); }
void warning(std::string_view event, Fields fields) { write(spdlog::level::warn, event, fields); }
void error(std::string_view event, Fields fields) { write(spdlog::level::err, event, fields); }

bool is_debugging() { return logger().should_log(spdlog::level::debug); }

bool set_level(std::string_view level) {
    if (level != "debug" && level != "info" && level != "warning" && level != "error") return false;
    logger().set_level(spdlog::level::from_str(std::string(level)));
    return true;
}

}  // namespace log

void assertion_failed(const char* expression, const char* file, int line) {
    log::error("assertion failed", {{"expression", expression}, {"file", file}, {"line", line}});
    std::abort();
}

}  // namespace ks
