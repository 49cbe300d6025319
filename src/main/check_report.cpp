#include "main/check_report.h"

#include "cli/terminal.h"
#include "codec/json.h"

#include <cstdio>
#include <unistd.h>

namespace ks::main {

namespace {

std::string bytes(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " byte" : " bytes"); }

std::string files(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " file" : " files"); }

std::string file_text(const File& file, const std::string& owner) {
    return file.id.text() + " " + codec::json_string(file.filename) + " of " + owner + ", " + bytes(file.size);
}

codec::JsonWriter file_json(const char* kind, const File& file, const std::string& owner) {
    codec::JsonWriter json;
    json.add("kind", kind).add("file_id", file.id.text()).add("filename", file.filename).add("size", file.size).add("owner", owner);
    return json;
}

// Formats a finding as a line of text.
struct Line {
    std::string operator()(const engine::Missing& it) const { return "missing    " + file_text(it.file, it.owner); }
    std::string operator()(const engine::Damaged& it) const { return "damaged    " + file_text(it.file, it.owner) + ": " + it.how; }
    std::string operator()(const engine::Short& it) const {
        return "short      " + it.upload.id.text() + " " + codec::json_string(it.upload.filename) + " of " + it.owner +
               ": an upload with " + bytes(it.upload.received) + " acknowledged but only " + bytes(it.size) + " on disk";
    }
    std::string operator()(const engine::Surplus& it) const {
        return "surplus    " + it.id.text() + ", " + (it.size ? bytes(*it.size) + " without a file" : "unfinished, without an upload");
    }
    std::string operator()(const engine::Unsettled& it) const {
        return "unsettled  " + it.user.username + " uses " + bytes(it.usage.used()) + " and reserves " + std::to_string(it.usage.reserved) +
               "; the database says " + std::to_string(it.user.used_bytes) + " and " + std::to_string(it.user.reserved_bytes);
    }
};

// Formats a finding as JSON; the caller adds the common fields.
struct Object {
    codec::JsonWriter operator()(const engine::Missing& it) const { return file_json("missing", it.file, it.owner); }
    codec::JsonWriter operator()(const engine::Damaged& it) const {
        return std::move(file_json("damaged", it.file, it.owner).add("how", it.how));
    }
    codec::JsonWriter operator()(const engine::Short& it) const {
        codec::JsonWriter json;
        json.add("kind", "short").add("upload_id", it.upload.id.text()).add("filename", it.upload.filename).add("owner", it.owner);
        json.add("received", it.upload.received).add("size", it.size);
        return json;
    }
    codec::JsonWriter operator()(const engine::Surplus& it) const {
        codec::JsonWriter json;
        json.add("kind", "surplus").add("blob_id", it.id.text()).add("size", it.size).add("unfinished", !it.size);
        return json;
    }
    codec::JsonWriter operator()(const engine::Unsettled& it) const {
        codec::JsonWriter json;
        json.add("kind", "unsettled").add("username", it.user.username);
        json.add("used_bytes", it.usage.used()).add("reserved_bytes", it.usage.reserved);
        json.add("counted_used_bytes", it.user.used_bytes).add("counted_reserved_bytes", it.user.reserved_bytes);
        return json;
    }
};

}  // namespace

CheckReport::CheckReport(engine::CheckOptions options, bool json)
    : options_(options), json_(json), bar_(options.deep && ::isatty(STDERR_FILENO)) {}

void CheckReport::found(const engine::Finding& finding) {
    ++found_;
    repaired_ += finding.repaired ? 1 : 0;
    if (json_) {
        findings_.push_back(std::visit(Object{}, finding.what).add("repaired", finding.repaired).text());
        return;
    }
    clear_bar();
    cli::print(std::visit(Line{}, finding.what) + (finding.repaired ? " (repaired)" : ""));
}

void CheckReport::progress(std::uint64_t done, std::uint64_t total) {
    if (!bar_ || total == 0) return;
    int percent = static_cast<int>(static_cast<double>(done) / static_cast<double>(total) * 100);
    if (percent == percent_shown_) return;
    percent_shown_ = percent;
    std::string filled(static_cast<std::size_t>(percent) * 2 / 5, '#');
    std::fprintf(stderr, "\r[%-40s] %3d %% of %llu MiB", filled.c_str(), percent, static_cast<unsigned long long>(total >> 20));
}

void CheckReport::clear_bar() {
    if (percent_shown_ >= 0) std::fprintf(stderr, "\r\033[K");
    percent_shown_ = -1;
}

bool CheckReport::sound(const engine::CheckSummary& summary) const {
    return found_ == repaired_ && !(options_.repair && summary.leftovers > 0);
}

void CheckReport::end(const engine::CheckSummary& summary) {
    clear_bar();
    if (json_) {
        codec::JsonWriter json;
        json.add("sound", sound(summary)).add("deep", options_.deep).add("repair", options_.repair);
        json.add("files", summary.files).add("bytes", summary.bytes).add("leftovers", summary.leftovers);
        json.raw("findings", codec::json_array(findings_));
        cli::print(json.text());
        return;
    }
    if (summary.leftovers > 0) {
        std::printf("leftovers  %llu from operations interrupted when the server ended; its next start cleans them up\n",
                    static_cast<unsigned long long>(summary.leftovers));
    }
    std::string verdict = "sound";
    if (found_ > 0) verdict = std::to_string(found_) + " wrong, " + std::to_string(repaired_) + " repaired";
    std::printf("%s, %s: %s\n", files(summary.files).c_str(), bytes(summary.bytes).c_str(), verdict.c_str());
}

}  // namespace ks::main
