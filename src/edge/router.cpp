#include "edge/router.h"

#include "edge/api.h"

#include <algorithm>
#include <iterator>

namespace ks::edge {

namespace {

constexpr Route table[] = {
    {"POST", "/api/v1/auth/register", api::register_user, Access::Anyone, Limit::Requests},
    {"POST", "/api/v1/auth/login", api::login, Access::Anyone, Limit::Requests},
    {"POST", "/api/v1/auth/refresh", api::refresh, Access::Anyone, Limit::Requests},
    {"POST", "/api/v1/auth/logout", api::logout, Access::Anyone, Limit::Requests},
    {"POST", "/api/v1/auth/logout-all", api::logout_all, Access::User, Limit::Requests},
    {"POST", "/api/v1/auth/setup", api::setup, Access::Anyone, Limit::Requests},
    {"POST", "/api/v1/auth/password", api::change_password, Access::User, Limit::Requests},
    {"POST", "/api/v1/auth/reset", api::reset_password, Access::Anyone, Limit::Requests},
    {"POST", "/api/v1/tokens", api::create_token, Access::User, Limit::Requests},
    {"GET", "/api/v1/tokens", api::list_tokens, Access::User, Limit::Requests},
    {"DELETE", "/api/v1/tokens/{token_id}", api::remove_token, Access::User, Limit::Requests},
    {"GET", "/api/v1/users/me", api::me, Access::User, Limit::Requests},
    {"GET", "/api/v1/users", api::list_users, Access::Admin, Limit::Requests},
    {"PATCH", "/api/v1/users/{id}", api::change_user, Access::Admin, Limit::Requests},
    {"DELETE", "/api/v1/users/{id}", api::remove_user, Access::Admin, Limit::Requests},
    {"POST", "/api/v1/users/{id}/password-reset", api::make_password_reset, Access::Admin, Limit::Requests},
    {"POST", "/api/v1/invitations", api::invite, Access::Admin, Limit::Requests},
    {"GET", "/api/v1/invitations", api::list_invitations, Access::Admin, Limit::Requests},
    {"DELETE", "/api/v1/invitations/{id}", api::remove_invitation, Access::Admin, Limit::Requests},
    {"GET", "/api/v1/presence", api::presence, Access::User, Limit::Requests},
    {"POST", "/api/v1/files", api::upload_files, Access::User, Limit::Transfers},
    {"OPTIONS", "/api/v1/uploads", api::tus_options, Access::Anyone, Limit::Transfers},
    {"POST", "/api/v1/uploads", api::create_upload, Access::UploadOwner, Limit::Transfers, api::check_creation},
    {"OPTIONS", "/api/v1/uploads/{id}", api::tus_options, Access::Anyone, Limit::Transfers},
    {"HEAD", "/api/v1/uploads/{id}", api::find_upload, Access::UploadOwner, Limit::Transfers, api::check_tus_version},
    {"PATCH", "/api/v1/uploads/{id}", api::append_to_upload, Access::UploadOwner, Limit::Transfers, api::check_tus_version},
    {"DELETE", "/api/v1/uploads/{id}", api::remove_upload, Access::UploadOwner, Limit::Transfers, api::check_tus_version},
    {"POST", "/api/v1/uploads/{id}", api::refuse_override, Access::Anyone, Limit::Transfers},
    {"GET", "/api/v1/files", api::list_files, Access::User, Limit::Requests},
    {"GET", "/api/v1/files/archive", api::archive_files, Access::User, Limit::Requests},
    {"POST", "/api/v1/files/archive", api::archive_files, Access::User, Limit::Requests},
    {"GET", "/api/v1/files/{id}", api::find_file, Access::User, Limit::Requests},
    {"PATCH", "/api/v1/files/{id}", api::rename_file, Access::User, Limit::Requests},
    {"DELETE", "/api/v1/files/{id}", api::remove_file, Access::User, Limit::Requests},
    {"GET", "/api/v1/files/{id}/content", api::file_content, Access::User, Limit::Transfers},
    {"POST", "/api/v1/shares", api::create_share, Access::User, Limit::Requests},
    {"GET", "/api/v1/shares", api::list_shares, Access::User, Limit::Requests},
    {"GET", "/api/v1/shares/received", api::received_shares, Access::User, Limit::Requests},
    {"DELETE", "/api/v1/shares/received/{share_id}", api::leave_share, Access::User, Limit::Requests},
    {"GET", "/api/v1/shares/{share_id}", api::find_share, Access::User, Limit::Requests},
    {"PATCH", "/api/v1/shares/{share_id}", api::change_share, Access::User, Limit::Requests},
    {"DELETE", "/api/v1/shares/{share_id}", api::remove_share, Access::User, Limit::Requests},
    {"GET", "/api/v1/public/shares/{share_token}", api::public_share, Access::Anyone, Limit::Requests},
    {"GET", "/api/v1/public/shares/{share_token}/content", api::public_content, Access::Anyone, Limit::Requests},
    {"POST", "/api/v1/notifications", api::notify, Access::Admin, Limit::Requests},
    {"GET", "/api/v1/ws/stats", api::ws_stats, Access::Admin, Limit::Requests},
    {"POST", "/api/v1/ws/cleanup", api::ws_cleanup, Access::Admin, Limit::Requests},
    {"GET", "/api/v1/events", api::events, Access::User, Limit::Requests},
    {"GET", "/api/v1/events/history", api::event_history, Access::User, Limit::Requests},
    {"GET", "/api/v1/nodes", api::nodes, Access::Admin, Limit::Requests},
    {"GET", "/api/v1/settings", api::settings, Access::Admin, Limit::Requests},
    {"GET", "/ws", api::websocket, Access::Anyone, Limit::None},
    {"GET", "/", api::application, Access::Anyone, Limit::None},
    {"GET", "/assets/{name}", api::asset, Access::Anyone, Limit::None},
    {"GET", "/s/{share_token}", api::share_page, Access::Anyone, Limit::Requests},
    {"POST", "/s/{share_token}", api::share_password_form, Access::Anyone, Limit::Requests},
    {"GET", "/setup", api::setup_page, Access::Anyone, Limit::None},
    {"POST", "/setup", api::setup_form, Access::Anyone, Limit::None},
    {"GET", "/healthz", api::healthz, Access::Anyone, Limit::None},
    {"GET", "/readyz", api::readyz, Access::Anyone, Limit::None},
    {"GET", "/metrics", api::metrics, Access::Anyone, Limit::None},
    {"GET", "/api/openapi.yaml", api::openapi, Access::Anyone, Limit::Requests},
    {"GET", "/api/asyncapi.yaml", api::asyncapi, Access::Anyone, Limit::Requests},
};

constexpr bool has_fitting_handler(const Route& route) {
    return std::holds_alternative<PublicHandler>(route.handler) == (route.access == Access::Anyone);
}
static_assert(std::all_of(std::begin(table), std::end(table), has_fitting_handler), "a handler takes an Actor unless anyone may call it");

bool path_matches(std::string_view path, const std::vector<std::string>& segments, PathParameters& parameters) {
    parameters.clear();
    std::size_t index = 0;
    while (path.size() > 1) {
        path.remove_prefix(1);
        std::string_view part = path.substr(0, path.find('/'));
        path.remove_prefix(part.size());
        if (index == segments.size()) return false;
        const std::string& segment = segments[index++];
        if (part.front() == '{') {
            if (segment.empty()) return false;
            parameters.emplace_back(part.substr(1, part.size() - 2), segment);
        } else if (part != segment) {
            return false;
        }
    }
    return index == segments.size();
}

}  // namespace

std::span<const Route> routes() { return table; }

Match match(std::string_view method, const std::vector<std::string>& segments) {
    Match result;
    PathParameters parameters;
    bool by_name = false;
    for (const Route& route : routes()) {
        if (!path_matches(route.path, segments, parameters)) continue;
        // Literal paths take precedence over parameters.
        if (by_name && !parameters.empty()) continue;
        by_name = by_name || parameters.empty();
        if (route.method == method || (method == "HEAD" && route.method == "GET")) return {&route, std::move(parameters), {}};
        if (!result.allowed.empty()) result.allowed += ", ";
        result.allowed += route.method;
        if (route.method == "GET") result.allowed += ", HEAD";
    }
    return result;
}

}  // namespace ks::edge
