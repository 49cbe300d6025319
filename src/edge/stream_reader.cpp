#include "edge/stream_reader.h"

namespace ks::edge {

namespace {

constexpr unsigned reads_at_a_time = 16;

}  // namespace

StreamReader::StreamReader(engine::History& history) : history_(history), permits_(reads_at_a_time) {}

}  // namespace ks::edge
