#include "edge/stream_reader.h"

namespace ks::edge {

namespace {

constexpr unsigned reads_at_a_time = 16;

}  // namespace

StreamReader::StreamReader(engine::History& history) : history_(history), permits_(reads_at_a_time) {}

std::string StreamReader::begin_at(std::string since, const UserId& user, std::optional<std::int64_t> events_after) const {
    return since == "now" && events_after ? stream_of(user).cursor({*events_after}) : since;
}

}  // namespace ks::edge
