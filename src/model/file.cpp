#include "model/file.h"

namespace ks {

std::string clean_content_type(std::string_view given) {
    auto slash = given.find('/');
    bool plausible = given.size() <= 255 && slash != std::string_view::npos && slash > 0 && slash + 1 < given.size();
    for (char c : given) plausible = plausible && c >= ' ' && c < 0x7f;
    return plausible ? std::string(given) : "application/octet-stream";
}

}  // namespace ks
