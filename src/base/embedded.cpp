#include "base/embedded.h"

#include "base/result.h"

namespace ks {

std::string_view embedded_file(std::string_view path) {
    for (const EmbeddedFile& file : embedded_files()) {
        if (file.path == path) return file.content;
    }
    KS_ASSERT(false && "no such embedded file");
    return {};
}

}  // namespace ks
