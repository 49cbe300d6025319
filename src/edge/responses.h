#pragma once

#include "net/http.h"

#include <string>

namespace ks::edge {

net::Response json_answer(int status, std::string body);

}  // namespace ks::edge
