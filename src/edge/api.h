#pragma once

#include "edge/router.h"

// Handlers of the HTTP API (protocol/openapi.yaml). Each parses the request, calls the engine and replies. One source file per resource.
namespace ks::api {

using Reply = awaitable<Result<Answer>>;

Reply register_user(Call& call);  // api_auth.cpp
Reply login(Call& call);
Reply refresh(Call& call);
Reply logout(Call& call);
Reply logout_all(Call& call);
Reply change_password(Call& call);
Reply reset_password(Call& call);
Reply setup(Call& call);

Reply create_token(Call& call);  // api_tokens.cpp
Reply list_tokens(Call& call);
Reply remove_token(Call& call);

Reply me(Call& call);  // api_users.cpp
Reply list_users(Call& call);
Reply change_user(Call& call);
Reply remove_user(Call& call);
Reply invite(Call& call);
Reply list_invitations(Call& call);
Reply remove_invitation(Call& call);
Reply make_password_reset(Call& call);
Reply presence(Call& call);

Reply upload_files(Call& call);  // api_uploads.cpp

Reply tus_options(Call& call);  // api_tus.cpp
Reply create_upload(Call& call);
Reply find_upload(Call& call);
Reply append_to_upload(Call& call);
Reply remove_upload(Call& call);
Reply override_upload(Call& call);

Reply list_files(Call& call);  // api_files.cpp
Reply find_file(Call& call);
Reply rename_file(Call& call);
Reply remove_file(Call& call);
Reply file_content(Call& call);

Reply archive_files(Call& call);  // api_archive.cpp

Reply create_share(Call& call);  // api_shares.cpp
Reply list_shares(Call& call);
Reply received_shares(Call& call);
Reply leave_share(Call& call);
Reply find_share(Call& call);
Reply change_share(Call& call);
Reply remove_share(Call& call);

Reply public_share(Call& call);  // api_public.cpp
Reply public_content(Call& call);

Reply notify(Call& call);  // api_realtime.cpp
Reply ws_stats(Call& call);
Reply ws_cleanup(Call& call);
Reply websocket(Call& call);

Reply events(Call& call);  // api_events.cpp
Reply event_history(Call& call);

Reply application(Call& call);  // pages.cpp
Reply asset(Call& call);
Reply share_page(Call& call);
Reply share_password_form(Call& call);
net::Response share_page_refused(const Error& error);  // RATE_LIMITED as an HTML page
Reply setup_page(Call& call);
Reply setup_form(Call& call);

Reply healthz(Call& call);  // api_system.cpp
Reply readyz(Call& call);
Reply metrics(Call& call);
Reply settings(Call& call);
Reply openapi(Call& call);
Reply asyncapi(Call& call);

}  // namespace ks::api
