#include "codec/magic.h"

#include "base/log.h"
#include "model/content_type.h"

#include <magic.h>

#include <utility>

namespace ks::codec {

void Magic::Close::operator()(magic_set* set) const { ::magic_close(set); }

Magic::Magic() = default;
Magic::~Magic() = default;

std::string Magic::type_of(std::string_view first_bytes) {
    constexpr int flags = MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TOKENS | MAGIC_NO_CHECK_ELF;
    if (!std::exchange(tried_, true)) {
        set_.reset(::magic_open(flags));
        if (set_ && ::magic_load(set_.get(), nullptr) != 0) {
            const char* why = ::magic_error(set_.get());
            log::warning("libmagic database not available; detecting content types by filename only", {{"reason", why ? why : ""}});
            set_.reset();
        }
    }
    const char* found = set_ ? ::magic_buffer(set_.get(), first_bytes.data(), first_bytes.size()) : nullptr;
    std::string type = found ? std::string(found) : std::string(unknown_content_type);
    // These match on few bytes: one in a hundred random files has them.
    bool accidental =
        (type == "application/x-dosexec" && !first_bytes.starts_with("MZ")) || type == "application/zlib" || type == "image/x-tga";
    return accidental ? std::string(unknown_content_type) : type;
}

}  // namespace ks::codec
