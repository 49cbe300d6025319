#include "edge/user_agent.h"

#include <algorithm>

namespace ks::edge {

namespace {

constexpr std::size_t max_name = 32;

struct Mark {
    std::string_view in_agent;
    std::string_view name;
};

// Order matters: most browsers also name their ancestors.
constexpr Mark browsers[] = {{"Edg", "Edge"},        {"OPR/", "Opera"},        {"SamsungBrowser", "Samsung Internet"},
                             {"Vivaldi", "Vivaldi"}, {"Firefox", "Firefox"},   {"FxiOS", "Firefox"},
                             {"CriOS", "Chrome"},    {"Chromium", "Chromium"}, {"Chrome", "Chrome"},
                             {"Safari", "Safari"}};
constexpr Mark systems[] = {{"Android", "Android"}, {"iPhone", "iOS"},     {"iPad", "iPadOS"}, {"Windows", "Windows"},
                            {"CrOS", "ChromeOS"},   {"Mac OS X", "macOS"}, {"Linux", "Linux"}};

template <std::size_t count>
std::string_view find_mark(const Mark (&marks)[count], std::string_view agent) {
    for (const Mark& mark : marks) {
        if (agent.find(mark.in_agent) != std::string_view::npos) return mark.name;
    }
    return {};
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '+';
}

}  // namespace

std::string client_name(std::string_view user_agent) {
    if (user_agent.starts_with("Mozilla/")) {
        std::string name(find_mark(browsers, user_agent));
        std::string_view system = find_mark(systems, user_agent);
        if (name.empty()) name = "Browser";
        return system.empty() ? name : name.append(" on ").append(system);
    }
    auto end = std::find_if_not(user_agent.begin(), user_agent.end(), is_plain);
    std::string product(user_agent.begin(), end);
    if (product.size() > max_name) product.resize(max_name);
    return product.empty() ? "Unknown" : product;
}

}  // namespace ks::edge
