#include "main/settings_texts.h"

#include "main/settings.h"

namespace ks::main {

std::vector<EffectiveSetting> effective_settings(const Config& config) {
    std::vector<EffectiveSetting> all;
    for (const Setting& setting : settings()) {
        auto given = config.explicit_values.find(setting.key);
        bool is_default = given == config.explicit_values.end();
        std::optional<std::string> value = is_default ? setting.shown_default() : given->second;
        if (setting.is_secret && !is_default) value = std::nullopt;
        all.push_back({setting.key, std::move(value), setting.shown_default(), is_default});
    }
    return all;
}

cli::Topic settings_topic() {
    cli::Topic topic{.name = "settings"};
    for (const Setting& setting : settings()) {
        topic.entries.push_back({setting.key + " [" + setting.shown_default() + "]", setting.description + "; " + setting.type.allowed});
    }
    return topic;
}

std::string settings_markdown() {
    std::string text = "| setting | default | meaning |\n| --- | --- | --- |\n";
    for (const Setting& setting : settings()) {
        std::string shown = setting.default_text.empty() ? "`" + setting.default_value + "`" : setting.default_text;
        text += "| `" + setting.key + "` | " + shown + " | " + setting.description + " |\n";
    }
    return text;
}

}  // namespace ks::main
