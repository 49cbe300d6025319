#include "edge/stream_reader.h"

namespace ks {

namespace {

constexpr unsigned reads_at_a_time = 16;

}  // namespace

StreamReader::StreamReader(History& history) : history_(history), permits_(reads_at_a_time) {}

}  // namespace ks
