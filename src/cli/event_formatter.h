#pragma once

#include "cli/api.h"

#include <map>

namespace ks::cli {

// Formats events for people. Resolves file ids to names by requests to the server, and caches them.
class EventFormatter {
public:
    explicit EventFormatter(Api api) : api_(std::move(api)) {}

    std::string of(const std::string& type, const codec::JsonObject& data);

private:
    std::string file_name(const codec::JsonObject& data);
    std::string shared(const codec::JsonObject& data);

    Api api_;
    std::map<std::string, std::string> names_;
};

}  // namespace ks::cli
