#include "base/size.h"
#include "cli/event_source.h"

namespace ks::cli {

bool EventReader::take(std::string_view bytes, const std::function<void(std::string)>& on_event) {
    rest_.append(bytes);
    std::size_t begin = 0;
    for (auto end = rest_.find("\n\n"); end != std::string::npos; end = rest_.find("\n\n", begin)) {
        std::string id;
        std::string data;
        while (begin < end) {
            auto line_end = std::min(rest_.find('\n', begin), end);
            std::string_view line(rest_.data() + begin, line_end - begin);
            if (line.starts_with("id: ")) id = line.substr(4);
            if (line.starts_with("data: ")) data = line.substr(6);
            begin = line_end + 1;
        }
        begin = end + 2;
        if (!data.empty()) on_event(std::move(data));
        if (!id.empty()) cursor_ = std::move(id);
    }
    rest_.erase(0, begin);
    return rest_.size() <= 1_MiB;
}

}  // namespace ks::cli
