#include "net/target.h"

#include <boost/url/parse.hpp>
#include <boost/url/parse_query.hpp>
#include <boost/url/url_view.hpp>

namespace ks::net {

namespace urls = boost::urls;

std::string_view Target::parameter(std::string_view name) const {
    for (const auto& [key, value] : parameters) {
        if (key == name) return value;
    }
    return {};
}

bool Target::has(std::string_view name) const {
    for (const auto& [key, value] : parameters) {
        if (key == name) return true;
    }
    return false;
}

Result<Target> parse_target(std::string_view text) {
    auto url = urls::parse_origin_form(text);
    if (!url) return fail(ErrorCode::InvalidRequest, "The request target is not a path");
    Target target;
    for (std::string segment : url->segments()) target.segments.push_back(std::move(segment));
    if (target.segments.size() == 1 && target.segments[0].empty()) target.segments.clear();
    urls::encoding_opts plus_is_space;
    plus_is_space.space_as_plus = true;
    for (auto parameter : url->params(plus_is_space)) target.parameters.emplace_back(parameter.key, parameter.value);
    return target;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view text) {
    auto target = parse_target("/?" + std::string(text));
    if (!target) return fail(ErrorCode::InvalidRequest, "The form is not url-encoded");
    return std::move(target->parameters);
}

}  // namespace ks::net
