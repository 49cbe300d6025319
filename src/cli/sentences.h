#pragma once

#include "cli/api.h"

#include <map>

namespace ks::cli {

// Events as people read them. Events name files by id; what they are called is asked once and kept.
class Sentences {
public:
    explicit Sentences(Api api) : api_(std::move(api)) {}

    std::string of(const std::string& type, const JsonObject& data);

private:
    std::string file_name(const JsonObject& data);
    std::string shared(const JsonObject& data);

    Api api_;
    std::map<std::string, std::string> names_;
};

}  // namespace ks::cli
