#include "main/exit_with_error.h"

#include "cli/terminal.h"

namespace ks::main {

int exit_with_error(std::string_view reason, int status) {
    cli::note("kingshare: " + std::string(reason));
    return status;
}

}  // namespace ks::main
