#pragma once

#include "cli/syntax.h"

namespace ks {

// `kingshare user reset-password`: on the server's own shell by its database, elsewhere by the server.
void add_reset_password(cli::Command& program);

}  // namespace ks
