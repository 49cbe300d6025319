#include "cli/event_formatter.h"

#include "cli/values.h"

namespace ks::cli {

namespace {

constexpr std::size_t most_names = 10'000;

}  // namespace

std::string EventFormatter::file_name(const codec::JsonObject& data) {
    if (names_.size() > most_names) names_.clear();
    std::string id = data.string("file_id").value_or("");
    if (auto told = data.string("filename")) names_[id] = *told;
    auto known = names_.find(id);
    if (known != names_.end()) return known->second;
    auto file = api_.get("/api/v1/files/" + percent_encoded(id));
    if (file) return names_[id] = file->string("filename").value_or("a file");
    return "a file";
}

// FileShared goes to the owner and to the recipients. Only the owner can read the file by id.
std::string EventFormatter::shared(const codec::JsonObject& data) {
    std::string name = file_name(data);
    if (name != "a file") return name + " was shared";
    auto received = api_.list("/api/v1/shares/received");
    if (received) {
        for (const codec::JsonObject& share : *received) {
            if (share.string("share_id").value_or("") != data.string("share_id").value_or("")) continue;
            names_[data.string("file_id").value_or("")] = share.string("filename").value_or(name);
            return share.string("owner").value_or("somebody") + " shared " + file_name(data) +
                   " with you: " + share.string("url").value_or("");
        }
    }
    return "a file was shared with you";
}

std::string EventFormatter::of(const std::string& type, const codec::JsonObject& data) {
    if (type == "FileUploaded") {
        auto size = data.optional_integer("size", 0, INT64_MAX);
        return file_name(data) + " was uploaded, " + bytes_text(static_cast<double>(size ? size->value_or(0) : 0));
    }
    if (type == "FileDeleted") return file_name(data) + " was deleted";
    if (type == "FileShared") return shared(data);
    if (type == "ShareAccessed") return "somebody opened the link to " + file_name(data);
    if (type == "ShareExpired") return "a link to " + file_name(data) + " has ended";
    if (type == "DownloadStarted") return file_name(data) + " is being downloaded";
    if (type == "DownloadEnded") {
        auto complete = data.optional_bool("complete");
        bool whole = complete && complete->value_or(false);
        return whole ? file_name(data) + " was downloaded" : "a download of " + file_name(data) + " was interrupted";
    }
    if (type == "ShareChanged") return "a link to " + file_name(data) + " has changed";
    if (type == "UserOnline") return data.string("username").value_or("somebody") + " is online";
    if (type == "UserOffline") return data.string("username").value_or("somebody") + " went offline";
    if (type == "SystemNotification") {
        return "notice (" + data.string("level").value_or("Info") + "): " + data.string("message").value_or("");
    }
    return type;
}

}  // namespace ks::cli
