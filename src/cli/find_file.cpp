#include "cli/find_file.h"

#include "base/id.h"
#include "base/unicode.h"
#include "cli/values.h"

namespace ks::cli {

namespace {

std::string as_it_is(std::string_view name) { return std::string(name); }

// Returns the candidates named `name`: by exact match, else by Unicode normalization, else by case folding.
std::vector<codec::JsonObject> best_matches(std::vector<codec::JsonObject> candidates, const std::string& name) {
    std::vector<codec::JsonObject> found;
    for (auto* form : {as_it_is, normalize, fold_case}) {
        std::string wanted = form(name);
        for (codec::JsonObject& file : candidates) {
            if (form(file.string("filename").value_or("")) == wanted) found.push_back(std::move(file));
        }
        if (!found.empty()) break;
    }
    return found;
}

}  // namespace

Outcome<codec::JsonObject> find_file(Api& api, const std::string& name) {
    if (FileId::parse(name)) {
        auto file = api.get("/api/v1/files/" + name);
        if (!file && file.error().exit == ExitCode::NotFound)
            file.error().message = "there is no file with the id " + name + "; kingshare ls lists yours";
        return file;
    }
    KS_TRY(auto candidates, api.list("/api/v1/files?query=" + percent_encoded(name)));
    std::vector<codec::JsonObject> found = best_matches(std::move(candidates), name);
    if (found.empty()) return command_error(ExitCode::NotFound, "you have no file named \"" + name + "\"; kingshare ls lists yours");
    if (found.size() == 1) return std::move(found.front());
    std::string ids;
    for (const codec::JsonObject& file : found) ids += (ids.empty() ? "" : ", ") + file.string("id").value_or("");
    return command_error(ExitCode::Usage, std::to_string(found.size()) + " files are named \"" + name + "\"; use one of their ids: " + ids);
}

}  // namespace ks::cli
