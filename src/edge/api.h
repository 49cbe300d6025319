#pragma once

#include "edge/router.h"

// Handlers of the HTTP API (protocol/openapi.yaml). Each parses the request, calls the engine and replies. One source file per resource.
// The Actor is the caller that the route's access admitted.
namespace ks::edge::api {

HandlerResult register_user(RequestContext& call);  // api_auth.cpp
HandlerResult login(RequestContext& call);
HandlerResult refresh(RequestContext& call);
HandlerResult logout(RequestContext& call);
HandlerResult logout_all(RequestContext& call, const Actor& actor);
HandlerResult change_password(RequestContext& call, const Actor& actor);
HandlerResult reset_password(RequestContext& call);
HandlerResult setup(RequestContext& call);

HandlerResult create_token(RequestContext& call, const Actor& actor);  // api_tokens.cpp
HandlerResult list_tokens(RequestContext& call, const Actor& actor);
HandlerResult remove_token(RequestContext& call, const Actor& actor);

HandlerResult me(RequestContext& call, const Actor& actor);  // api_users.cpp
HandlerResult list_users(RequestContext& call, const Actor& actor);
HandlerResult change_user(RequestContext& call, const Actor& actor);
HandlerResult remove_user(RequestContext& call, const Actor& actor);
HandlerResult invite(RequestContext& call, const Actor& actor);
HandlerResult list_invitations(RequestContext& call, const Actor& actor);
HandlerResult remove_invitation(RequestContext& call, const Actor& actor);
HandlerResult make_password_reset(RequestContext& call, const Actor& actor);
HandlerResult presence(RequestContext& call, const Actor& actor);

HandlerResult upload_files(RequestContext& call, const Actor& actor);  // api_uploads.cpp

HandlerResult tus_options(RequestContext& call);  // api_tus.cpp
HandlerResult create_upload(RequestContext& call, const Actor& actor);
HandlerResult find_upload(RequestContext& call, const Actor& actor);
HandlerResult append_to_upload(RequestContext& call, const Actor& actor);
HandlerResult remove_upload(RequestContext& call, const Actor& actor);
HandlerResult refuse_override(RequestContext& call);         // a POST to an upload without a valid X-HTTP-Method-Override
Result<void> check_tus_version(const RequestContext& call);  // PRECONDITION_FAILED without Tus-Resumable: 1.0.0
Result<void> check_creation(const RequestContext& call);     // check_tus_version(), and refuses requests of the IETF draft

HandlerResult list_files(RequestContext& call, const Actor& actor);  // api_files.cpp
HandlerResult find_file(RequestContext& call, const Actor& actor);
HandlerResult rename_file(RequestContext& call, const Actor& actor);
HandlerResult remove_file(RequestContext& call, const Actor& actor);
HandlerResult file_content(RequestContext& call, const Actor& actor);

HandlerResult archive_files(RequestContext& call, const Actor& actor);  // api_archive.cpp

HandlerResult create_share(RequestContext& call, const Actor& actor);  // api_shares.cpp
HandlerResult list_shares(RequestContext& call, const Actor& actor);
HandlerResult received_shares(RequestContext& call, const Actor& actor);
HandlerResult leave_share(RequestContext& call, const Actor& actor);
HandlerResult find_share(RequestContext& call, const Actor& actor);
HandlerResult change_share(RequestContext& call, const Actor& actor);
HandlerResult remove_share(RequestContext& call, const Actor& actor);

HandlerResult public_share(RequestContext& call);  // api_public.cpp
HandlerResult public_content(RequestContext& call);

HandlerResult notify(RequestContext& call, const Actor& actor);  // api_realtime.cpp
HandlerResult ws_stats(RequestContext& call, const Actor& actor);
HandlerResult ws_cleanup(RequestContext& call, const Actor& actor);
HandlerResult websocket(RequestContext& call);

HandlerResult events(RequestContext& call, const Actor& actor);  // api_events.cpp
HandlerResult event_history(RequestContext& call, const Actor& actor);

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
HandlerResult nodes(RequestContext& call, const Actor& actor);
HandlerResult settings(RequestContext& call, const Actor& actor);
HandlerResult openapi(RequestContext& call);
HandlerResult asyncapi(RequestContext& call);

}  // namespace ks::edge::api
