#include "main/adapters.h"

#include "adapters/disk/disk_blobs.h"
#include "adapters/local_bus/local_bus.h"
#include "adapters/memory/memory_blobs.h"
#include "adapters/nats/nats_bus.h"
#include "adapters/postgres/postgres_store.h"
#include "adapters/s3/s3_blobs.h"
#include "adapters/sqlite/sqlite_store.h"
#include "base/crypto.h"
#include "main/data_dir.h"
#include "main/setting_types.h"

#include <fstream>
#include <stdexcept>

namespace ks::main {

namespace {

// The schemes are those that main/settings.cpp permits.
constexpr std::string_view sqlite_scheme = "sqlite:";
constexpr std::string_view postgresql_scheme = "postgresql:";
constexpr std::string_view file_scheme = "file:";
constexpr std::string_view memory_scheme = "memory:";

std::optional<std::string> path_behind(std::string_view scheme, const std::string& url) {
    return url.starts_with(scheme) ? std::optional(url.substr(scheme.size())) : std::nullopt;
}

[[noreturn]] void no_adapter(const std::string& setting, const std::string& url) {
    throw std::runtime_error(setting + ": there is no adapter for \"" + url + "\"");
}

s3::Credentials s3_credentials(const Config& config) {
    std::string secret = config.blobs.secret_key;
    if (const std::string& path = config.blobs.secret_key_file; !path.empty()) {
        auto read = read_secret_file("blobs.secret_key_file", path, 1, "the path of a file that holds the secret");
        if (!read) throw BadSetting(read.error().message);
        secret = std::move(*read);
    }
    return {config.blobs.access_key, std::move(secret)};
}

std::unique_ptr<BlobStore> open_blob_store(const Config& config, Offload& disk_pool) {
    const std::string& url = config.blobs.url;
    if (auto path = path_behind(file_scheme, url)) return std::make_unique<disk::DiskBlobs>(*path, disk_pool);
    if (url == memory_scheme) return std::make_unique<memory::MemoryBlobs>();
    if (auto location = s3::parse_location(url)) return std::make_unique<s3::S3Blobs>(*location, s3_credentials(config), disk_pool);
    no_adapter("blobs.url", url);
}

std::unique_ptr<Bus> open_bus(const Config& config, const std::string& jwt_secret) {
    const auto& [servers, credentials_file] = config.bus;
    if (servers.empty()) return std::make_unique<local_bus::LocalBus>();
    bool is_readable = credentials_file.empty() || std::ifstream(credentials_file).good();
    if (!is_readable) throw BadSetting("bus.credentials_file: \"" + credentials_file + "\" cannot be read");
    std::string prefix = "ks." + hex(hmac_sha256(jwt_secret, "bus")).substr(0, 16);
    return std::make_unique<nats::NatsBus>(nats::BusOptions{{servers, credentials_file}, std::move(prefix)});
}

}  // namespace

std::unique_ptr<MetaStore> open_meta_store(const Config& config) {
    const std::string& url = config.database.url;
    sql::JournalLimits journal{.events_per_user = static_cast<std::int64_t>(config.realtime.journal_events_per_user)};
    if (auto path = path_behind(sqlite_scheme, url))
        return std::make_unique<sqlite::SqliteStore>(sqlite::SqliteOptions{.path = *path, .journal = journal});
    if (url.starts_with(postgresql_scheme))
        return std::make_unique<postgres::PostgresStore>(postgres::PostgresOptions{.url = url, .journal = journal});
    no_adapter("database.url", without_password(url));
}

Adapters open_adapters(const Config& config, const std::string& jwt_secret, Offload& disk_pool) {
    return {.bus = open_bus(config, jwt_secret), .store = open_meta_store(config), .blobs = open_blob_store(config, disk_pool)};
}

std::optional<std::string> database_file(const Config& config) { return path_behind(sqlite_scheme, config.database.url); }
std::optional<std::string> blobs_folder(const Config& config) { return path_behind(file_scheme, config.blobs.url); }

}  // namespace ks::main
