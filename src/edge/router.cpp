#include "edge/router.h"

#include "edge/api.h"

namespace ks {

std::span<const Route> routes() {
    static constexpr Route table[] = {
        {"POST", "/api/v1/auth/register", api::register_user},
        {"POST", "/api/v1/auth/login", api::login},
        {"POST", "/api/v1/auth/refresh", api::refresh},
        {"POST", "/api/v1/auth/logout", api::logout},
        {"POST", "/api/v1/auth/logout-all", api::logout_all},
        {"POST", "/api/v1/auth/setup", api::setup},
        {"POST", "/api/v1/auth/password", api::change_password},
        {"POST", "/api/v1/auth/reset", api::reset_password},
        {"POST", "/api/v1/tokens", api::create_token},
        {"GET", "/api/v1/tokens", api::list_tokens},
        {"DELETE", "/api/v1/tokens/{token_id}", api::remove_token},
        {"GET", "/api/v1/users/me", api::me},
        {"GET", "/api/v1/users", api::list_users},
        {"PATCH", "/api/v1/users/{id}", api::change_user},
        {"DELETE", "/api/v1/users/{id}", api::remove_user},
        {"POST", "/api/v1/users/{id}/password-reset", api::make_password_reset},
        {"POST", "/api/v1/invitations", api::invite},
        {"GET", "/api/v1/invitations", api::list_invitations},
        {"DELETE", "/api/v1/invitations/{id}", api::remove_invitation},
        {"GET", "/api/v1/presence", api::presence},
        {"POST", "/api/v1/files", api::upload_files},
        {"OPTIONS", "/api/v1/uploads", api::tus_options},
        {"POST", "/api/v1/uploads", api::create_upload},
        {"OPTIONS", "/api/v1/uploads/{id}", api::tus_options},
        {"HEAD", "/api/v1/uploads/{id}", api::find_upload},
        {"PATCH", "/api/v1/uploads/{id}", api::append_to_upload},
        {"DELETE", "/api/v1/uploads/{id}", api::remove_upload},
        {"POST", "/api/v1/uploads/{id}", api::override_upload},
        {"GET", "/api/v1/files", api::list_files},
        {"GET", "/api/v1/files/archive", api::archive_files},
        {"POST", "/api/v1/files/archive", api::archive_files},
        {"GET", "/api/v1/files/{id}", api::find_file},
        {"PATCH", "/api/v1/files/{id}", api::rename_file},
        {"DELETE", "/api/v1/files/{id}", api::remove_file},
        {"GET", "/api/v1/files/{id}/content", api::file_content},
        {"POST", "/api/v1/shares", api::create_share},
        {"GET", "/api/v1/shares", api::list_shares},
        {"GET", "/api/v1/shares/received", api::received_shares},
        {"DELETE", "/api/v1/shares/received/{share_id}", api::leave_share},
        {"GET", "/api/v1/shares/{share_id}", api::find_share},
        {"PATCH", "/api/v1/shares/{share_id}", api::change_share},
        {"DELETE", "/api/v1/shares/{share_id}", api::remove_share},
        {"GET", "/api/v1/public/shares/{share_token}", api::public_share},
        {"GET", "/api/v1/public/shares/{share_token}/content", api::public_content},
        {"POST", "/api/v1/notifications", api::notify},
        {"GET", "/api/v1/ws/stats", api::ws_stats},
        {"POST", "/api/v1/ws/cleanup", api::ws_cleanup},
        {"GET", "/api/v1/events", api::events},
        {"GET", "/api/v1/events/history", api::event_history},
        {"GET", "/api/v1/settings", api::settings},
        {"GET", "/ws", api::websocket},
        {"GET", "/", api::application},
        {"GET", "/assets/{name}", api::asset},
        {"GET", "/s/{share_token}", api::share_page},
        {"POST", "/s/{share_token}", api::share_password_form},
        {"GET", "/setup", api::setup_page},
        {"POST", "/setup", api::setup_form},
        {"GET", "/healthz", api::healthz},
        {"GET", "/readyz", api::readyz},
        {"GET", "/metrics", api::metrics},
        {"GET", "/api/openapi.yaml", api::openapi},
        {"GET", "/api/asyncapi.yaml", api::asyncapi},
    };
    return table;
}

namespace {

bool path_matches(std::string_view path, const std::vector<std::string>& segments, std::vector<std::string>& captures) {
    captures.clear();
    std::size_t index = 0;
    while (path.size() > 1) {
        path.remove_prefix(1);
        std::string_view part = path.substr(0, path.find('/'));
        path.remove_prefix(part.size());
        if (index == segments.size()) return false;
        const std::string& segment = segments[index++];
        if (part.front() == '{') {
            if (segment.empty()) return false;
            captures.push_back(segment);
        } else if (part != segment) {
            return false;
        }
    }
    return index == segments.size();
}

}  // namespace

Match match(std::string_view method, const std::vector<std::string>& segments) {
    Match result;
    std::vector<std::string> captures;
    bool by_name = false;
    for (const Route& route : routes()) {
        if (!path_matches(route.path, segments, captures)) continue;
        // Literal paths take precedence over captures.
        if (by_name && !captures.empty()) continue;
        by_name = by_name || captures.empty();
        if (route.method == method || (method == "HEAD" && route.method == "GET")) return {&route, std::move(captures), {}};
        if (!result.allowed.empty()) result.allowed += ", ";
        result.allowed += route.method;
        if (route.method == "GET") result.allowed += ", HEAD";
    }
    return result;
}

}  // namespace ks
