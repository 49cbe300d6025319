#pragma once

#include "main/setting_types.h"

namespace ks::main {

// The description of a setting: parsing, help, manual page, README and the settings view of the administration come from it.
struct Setting {
    std::string key;
    SettingType type;
    std::string default_value;      // parsed like any other value, with DATA_DIR replaced by the data directory; empty: none
    std::string description;        // for people, as a phrase: without capital and full stop
    std::string default_text = {};  // shown instead of default_value
    bool is_secret = false;         // its value is never shown
    bool has_user_info = false;     // URLs that may hold passwords, which are never shown

    const std::string& shown_default() const { return default_text.empty() ? default_value : default_text; }
};

const std::vector<Setting>& settings();  // in the order in which they are listed
std::vector<std::string> setting_names();

}  // namespace ks::main
