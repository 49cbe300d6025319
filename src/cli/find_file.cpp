#include "cli/find_file.h"

#include "base/id.h"
#include "cli/values.h"

namespace ks::cli {

Outcome<JsonObject> find_file(Api& api, const std::string& name) {
    if (FileId::parse(name)) {
        auto file = api.get("/api/v1/files/" + name);
        if (!file && file.error().exit == Exit::NotFound)
            file.error().message = "there is no file with the id " + name + "; kingshare ls shows yours";
        return file;
    }
    KS_TRY(auto candidates, api.list("/api/v1/files?query=" + percent_encoded(name)));
    std::vector<JsonObject> found;
    for (JsonObject& file : candidates) {
        if (file.string("filename") == name) found.push_back(std::move(file));
    }
    if (found.empty()) return trouble(Exit::NotFound, "there is no file of yours named \"" + name + "\"; kingshare ls shows them");
    if (found.size() == 1) return std::move(found.front());
    std::string ids;
    for (const JsonObject& file : found) ids += (ids.empty() ? "" : ", ") + file.string("id").value_or("");
    return trouble(Exit::Usage, std::to_string(found.size()) + " files are named \"" + name + "\"; say which by its id: " + ids);
}

}  // namespace ks::cli
