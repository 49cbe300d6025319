#pragma once

#include "main/config.h"
#include "ports/blob_store.h"
#include "ports/bus.h"
#include "ports/meta_store.h"
#include "runtime/offload.h"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace ks::main {

// The adapters that a configuration selects, by the schemes of database.url, blobs.url and bus.url.
struct Adapters {
    std::unique_ptr<Bus> bus;  // first: destroyed after the store, whose listener publishes on it
    std::unique_ptr<MetaStore> store;
    std::unique_ptr<BlobStore> blobs;
};

// A setting that can't be used, found when its adapter is opened.
class BadSetting : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Opens all of them. `disk_pool` must outlive the blob store. The bus keeps apart installations that share its servers by `jwt_secret`,
// which all nodes of one have. Throws BadSetting, or another std::exception, with the reason if an adapter cannot be opened.
Adapters open_adapters(const Config& config, const std::string& jwt_secret, Offload& disk_pool);

std::unique_ptr<MetaStore> open_meta_store(const Config& config);  // the store alone; throws likewise

// Where an adapter keeps its data on this machine. Nullopt: it keeps none here.
std::optional<std::string> database_file(const Config& config);
std::optional<std::string> blobs_folder(const Config& config);

}  // namespace ks::main
