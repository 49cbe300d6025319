#include "main/give_up.h"

#include "cli/terminal.h"

namespace ks {

int give_up(std::string_view reason, int status) {
    cli::note("kingshare: " + std::string(reason));
    return status;
}

}  // namespace ks
