#include "main/adapters.h"
#include "main/config.h"
#include "main/settings.h"
#include "main/settings_texts.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

namespace ks::main {
namespace {

using namespace std::chrono_literals;

Config config_of(const std::vector<Assignment>& assignments = {}) { return make_config("/data", assignments).value(); }

std::string refusal_of(const std::vector<Assignment>& assignments) {
    auto config = make_config("/data", assignments);
    return config ? "" : config.error().message;
}

TEST(Settings, AreDescribedCompletely) {
    std::set<std::string> keys;
    for (const Setting& setting : settings()) {
        SCOPED_TRACE(setting.key);
        EXPECT_TRUE(keys.insert(setting.key).second);
        EXPECT_NE(setting.key.find('.'), std::string::npos);
        EXPECT_FALSE(setting.type.allowed.empty());
        EXPECT_FALSE(setting.description.empty());
        EXPECT_FALSE(setting.description.ends_with('.'));
        EXPECT_EQ(setting.description.find_first_of("|`\n"), std::string::npos);
        EXPECT_FALSE(setting.shown_default().empty());
    }
}

TEST(Settings, DefaultsAreParsedLikeOtherValues) {
    for (const Setting& setting : settings()) {
        SCOPED_TRACE(setting.key);
        Config config;
        EXPECT_TRUE(setting.default_value.empty() || setting.type.assign(config, setting.default_value));
    }
    Config config = config_of();
    EXPECT_EQ(config.server.shutdown_grace, 10s);
    EXPECT_EQ(config.server.threads, 0U);
    EXPECT_TRUE(config.server.trusted_proxies.empty());
    EXPECT_EQ(config.auth.refresh_token_ttl, std::chrono::days(30));
    EXPECT_EQ(config.auth.registration, "closed");
    EXPECT_TRUE(config.realtime.anonymous);
    EXPECT_EQ(config.realtime.max_message_bytes, 64_KiB);
    EXPECT_EQ(config.uploads.quota_bytes, 0U);
    EXPECT_TRUE(config.explicit_values.empty());
}

TEST(Settings, TheDataDirectoryIsPartOfDefaultsAlone) {
    EXPECT_EQ(config_of().database.url, "sqlite:/data/kingshare.db");
    EXPECT_EQ(config_of().blobs.url, "file:/data/blobs");
    EXPECT_EQ(config_of({{"blobs.url", "file:DATA_DIR"}}).blobs.url, "file:DATA_DIR");
}

TEST(Settings, LaterAssignmentsWin) {
    Config config = config_of({{"uploads.quota_bytes", "1KiB"}, {"server.threads", "2"}, {"uploads.quota_bytes", "5GiB"}});
    EXPECT_EQ(config.uploads.quota_bytes, 5ULL << 30);
    EXPECT_EQ(config.explicit_values, (std::map<std::string, std::string>{{"server.threads", "2"}, {"uploads.quota_bytes", "5GiB"}}));
}

TEST(Settings, ARefusalNamesKeyValueAndWhatIsAllowed) {
    EXPECT_EQ(refusal_of({{"auth.registration", "sometimes"}}),
              "auth.registration: \"sometimes\" is not allowed; it must be closed, open or invite");
    EXPECT_EQ(refusal_of({{"server.threads", "257"}}), "server.threads: \"257\" is not allowed; it must be a whole number from 1 to 256");
    EXPECT_EQ(refusal_of({{"auth.jwt_secret", "short"}}),
              "auth.jwt_secret: (a secret of 5 bytes) is not allowed; it must be at least 32 bytes");
    EXPECT_EQ(refusal_of({{"blobs.url", "file:"}}),
              "blobs.url: \"file:\" is not allowed; it must be file:PATH, memory: or "
              "s3://BUCKET/PREFIX?endpoint=URL&region=NAME&parts=COUNT");
}

TEST(Settings, EffectiveValuesHideSecretsAndShowTheNormalizedUrl) {
    auto shown =
        effective_settings(config_of({{"auth.jwt_secret", std::string(32, 's')}, {"server.public_url", "https://Files.Example.org:443/"}}));
    ASSERT_EQ(shown.size(), settings().size());
    for (const EffectiveSetting& setting : shown) {
        SCOPED_TRACE(setting.key);
        bool is_set = setting.key == "auth.jwt_secret" || setting.key == "server.public_url";
        EXPECT_EQ(setting.is_default, !is_set);
        if (setting.is_default) {
            EXPECT_EQ(setting.value, setting.default_value);
        } else if (setting.key == "server.public_url") {
            EXPECT_EQ(setting.value, "https://files.example.org");
        } else {
            EXPECT_FALSE(setting.value);
        }
    }
}

TEST(SettingTypes, FormsOfUrls) {
    EXPECT_TRUE(matches_form("sqlite:a.db", "sqlite:PATH"));
    EXPECT_FALSE(matches_form("sqlite:", "sqlite:PATH"));
    EXPECT_FALSE(matches_form("file:a.db", "sqlite:PATH"));
    EXPECT_TRUE(matches_form("memory:", "memory:"));
    EXPECT_FALSE(matches_form("memory:a", "memory:"));
}

TEST(SettingTypes, BusServers) {
    for (const char* text :
         {"nats://localhost", "nats://10.0.0.5:4222", "tls://nats.example.org:4222", "nats://[::1]:4222", "nats://user:p@ss@host"}) {
        EXPECT_EQ(parse_bus_server(text), text);
    }
    for (const char* text : {"", "nats:", "nats://", "host:4222", "http://host", "nats://user@", "nats://host:port", "nats://host/path"}) {
        EXPECT_FALSE(parse_bus_server(text)) << text;
    }
}

TEST(SettingTypes, UrlsWithoutUsersAndPasswords) {
    EXPECT_EQ(without_user_info("nats://one:secret@a:1,tls://token@b, nats://c"), "nats://***@a:1,tls://***@b, nats://c");
    EXPECT_EQ(without_user_info("nats:/one:secret@a"), "***@a");
    EXPECT_EQ(without_user_info("nats://one:s@cret@a"), "nats://***@a");
    EXPECT_EQ(without_user_info("amqp://localhost"), "amqp://localhost");
}

TEST(Adapters, AreChosenByTheSchemes) {
    std::string folder = testing::TempDir() + "kingshare_adapters";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    Config config = make_config(folder, {}).value();
    EXPECT_EQ(database_file(config), folder + "/kingshare.db");
    EXPECT_EQ(blobs_folder(config), folder + "/blobs");
    Offload pool(1, 10);
    {
        Adapters adapters = open_adapters(config, {}, pool);
        EXPECT_TRUE(adapters.store && adapters.blobs && adapters.bus);
        EXPECT_TRUE(std::filesystem::exists(folder + "/kingshare.db"));
        EXPECT_TRUE(std::filesystem::exists(folder + "/blobs"));
        adapters.store->stop();
        adapters.blobs->stop();
    }
    config.blobs.url = "memory:";
    EXPECT_TRUE(open_adapters(config, {}, pool).blobs);
    EXPECT_FALSE(blobs_folder(config));
    EXPECT_EQ(open_adapters(config, {}, pool).bus->state(), BusState::Local);
    config.bus.servers = {"nats://localhost:4222"};
    EXPECT_EQ(open_adapters(config, {}, pool).bus->state(), BusState::Disconnected);
    config.bus.credentials_file = folder + "/missing";
    EXPECT_THROW(open_adapters(config, {}, pool), std::runtime_error);
    config.blobs.url = "unheard:of";
    EXPECT_THROW(open_adapters(config, {}, pool), std::runtime_error);
    EXPECT_FALSE(blobs_folder(config));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace ks::main
