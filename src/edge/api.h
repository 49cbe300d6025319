#pragma once

#include "edge/router.h"

// Handlers of the HTTP API (protocol/openapi.yaml). Each parses the request, calls the engine and replies. One source file per resource.
namespace ks::api {

using HandlerResult = awaitable<Result<HandlerResponse>>;

HandlerResult register_user(RequestContext& call);  // api_auth.cpp
HandlerResult login(RequestContext& call);
HandlerResult refresh(RequestContext& call);
HandlerResult logout(RequestContext& call);
HandlerResult logout_all(RequestContext& call);
HandlerResult change_password(RequestContext& call);
HandlerResult reset_password(RequestContext& call);
HandlerResult setup(RequestContext& call);

HandlerResult create_token(RequestContext& call);  // api_tokens.cpp
HandlerResult list_tokens(RequestContext& call);
HandlerResult remove_token(RequestContext& call);

HandlerResult me(RequestContext& call);  // api_users.cpp
HandlerResult list_users(RequestContext& call);
HandlerResult change_user(RequestContext& call);
HandlerResult remove_user(RequestContext& call);
HandlerResult invite(RequestContext& call);
HandlerResult list_invitations(RequestContext& call);
HandlerResult remove_invitation(RequestContext& call);
HandlerResult make_password_reset(RequestContext& call);
HandlerResult presence(RequestContext& call);

HandlerResult upload_files(RequestContext& call);  // api_uploads.cpp

HandlerResult tus_options(RequestContext& call);  // api_tus.cpp
HandlerResult create_upload(RequestContext& call);
HandlerResult find_upload(RequestContext& call);
HandlerResult append_to_upload(RequestContext& call);
HandlerResult remove_upload(RequestContext& call);
HandlerResult override_upload(RequestContext& call);

HandlerResult list_files(RequestContext& call);  // api_files.cpp
HandlerResult find_file(RequestContext& call);
HandlerResult rename_file(RequestContext& call);
HandlerResult remove_file(RequestContext& call);
HandlerResult file_content(RequestContext& call);

HandlerResult archive_files(RequestContext& call);  // api_archive.cpp

HandlerResult create_share(RequestContext& call);  // api_shares.cpp
HandlerResult list_shares(RequestContext& call);
HandlerResult received_shares(RequestContext& call);
HandlerResult leave_share(RequestContext& call);
HandlerResult find_share(RequestContext& call);
HandlerResult change_share(RequestContext& call);
HandlerResult remove_share(RequestContext& call);

HandlerResult public_share(RequestContext& call);  // api_public.cpp
HandlerResult public_content(RequestContext& call);

HandlerResult notify(RequestContext& call);  // api_realtime.cpp
HandlerResult ws_stats(RequestContext& call);
HandlerResult ws_cleanup(RequestContext& call);
HandlerResult websocket(RequestContext& call);

HandlerResult events(RequestContext& call);  // api_events.cpp
HandlerResult event_history(RequestContext& call);

HandlerResult application(RequestContext& call);  // pages.cpp
HandlerResult asset(RequestContext& call);
HandlerResult share_page(RequestContext& call);
HandlerResult share_password_form(RequestContext& call);
net::Response share_page_refused(const Error& error);  // RATE_LIMITED as an HTML page
HandlerResult setup_page(RequestContext& call);
HandlerResult setup_form(RequestContext& call);

HandlerResult healthz(RequestContext& call);  // api_system.cpp
HandlerResult readyz(RequestContext& call);
HandlerResult metrics(RequestContext& call);
HandlerResult settings(RequestContext& call);
HandlerResult openapi(RequestContext& call);
HandlerResult asyncapi(RequestContext& call);

}  // namespace ks::api
