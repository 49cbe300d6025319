#include "edge/responses.h"

namespace ks::edge {

net::Response json_answer(int status, std::string body) {
    net::Response response{.status = status};
    response.with("Content-Type", "application/json").with("Cache-Control", "no-store");
    response.body = std::move(body);
    return response;
}

}  // namespace ks::edge
