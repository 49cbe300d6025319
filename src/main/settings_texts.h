#pragma once

#include "cli/syntax.h"
#include "main/config.h"
#include "model/effective_setting.h"

#include <string>
#include <vector>

namespace ks::main {

std::vector<EffectiveSetting> effective_settings(const Config& config);

cli::Topic settings_topic();      // `kingshare help settings`, and a section of the manual page
std::string settings_markdown();  // the table in README.md

}  // namespace ks::main
