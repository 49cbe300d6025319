#include "cli/syntax.h"

namespace ks::cli {

namespace {

// Escapes text for roff: dashes, backslashes, and the control characters '.' and '\'' at the start of a line.
std::string roff(const std::string& text) {
    std::string out;
    for (char c : text) {
        bool at_start = out.empty() || out.back() == '\n';
        if (at_start && (c == '.' || c == '\'')) out += "\\&";
        if (c == '-') {
            out += "\\-";
        } else if (c == '\\') {
            out += "\\e";
        } else {
            out += c;
        }
    }
    return out;
}

void add_manual(std::string& page, const Command& command, const std::string& path) {
    if (!command.commands.empty()) {
        for (const auto& below : command.commands) add_manual(page, *below, path + " " + below->name);
        return;
    }
    page += ".SS " + roff(usage_line(command, path)) + "\n" + roff(sentence(command.summary)) + "\n";
    if (!command.detail.empty()) page += roff(command.detail) + "\n";
    for (const Parameter& parameter : command.parameters) {
        page += ".TP\n.B " + roff(spelled(parameter)) + "\n" + roff(explained(parameter)) + "\n";
    }
}

}  // namespace

std::string manual_page(const Command& program) {
    std::string page = ".\\\" Written by `kingshare manual`; tests/behaviour holds it against the program.\n";
    page += ".TH KINGSHARE 1 \"\" KingShare\n.SH NAME\nkingshare \\- share files and see it happen\n";
    page += ".SH SYNOPSIS\n.B kingshare\nCOMMAND [OPTIONS]\n.SH COMMANDS\n";
    for (const auto& command : program.commands) {
        if (!command->hidden) add_manual(page, *command, program.name + " " + command->name);
    }
    return page + R"(.SH EXAMPLES
Sign in, send a film for a week and three downloads, and see who opens it:
.PP
.nf
.RS
kingshare login https://files.example.org
kingshare send holiday.mov \-\-expires 7d \-\-max 3
kingshare watch
.RE
.fi
.PP
Send a folder as one file, to somebody who has an account, behind a password:
.PP
.nf
.RS
tar c photos | kingshare send \- \-\-name photos.tar \-\-to ben \-\-password
.RE
.fi
.PP
Fetch what a link leads to, without an account, and go on after an interruption with the same command:
.PP
.nf
.RS
kingshare get https://files.example.org/s/Vn3mVuGqkQ0Ju1nYdHq9pA
.RE
.fi
.PP
Back up every night with a token of its own:
.PP
.nf
.RS
kingshare token create backup \-\-expires 90d
KINGSHARE_SERVER=https://files.example.org KINGSHARE_TOKEN=... \e
    kingshare send \- \-\-name home.tar \-\-no\-link < home.tar
.RE
.fi
.PP
The names of all files above a gigabyte, for a script:
.PP
.nf
.RS
kingshare ls \-\-json | jq \-r '.items[] | select(.size > 1e9) | .filename'
.RE
.fi
.PP
Run a server; on its own shell, make a link for an administrator who has forgotten the password:
.PP
.nf
.RS
kingshare serve \-\-data\-dir /var/lib/kingshare \-\-set server.public_url=https://files.example.org
kingshare user reset\-password admin \-\-data\-dir /var/lib/kingshare
.RE
.fi
.SH EXIT STATUS
.TP
.B 0
done
.TP
.B 1
failed
.TP
.B 2
bad usage, or a bad setting
.TP
.B 3
not signed in, a wrong password, or not allowed
.TP
.B 4
not found
.TP
.B 5
the link has expired or is used up
.TP
.B 6
the server can't be reached
.TP
.B 7
too large, over quota, or a full disk
.TP
.B 8
what arrived is not what was sent
.SH ENVIRONMENT
.TP
.B KINGSHARE_SERVER
the server that is meant where \-\-server does not say
.TP
.B KINGSHARE_TOKEN
a personal access token, instead of a sign\-in
.TP
.B NO_COLOR
no colours, where it is set
.TP
.B SSL_CERT_FILE
the certificates of authorities to trust
.TP
.B XDG_STATE_HOME
where sign\-ins and unfinished uploads are kept, below kingshare/; else ~/.local/state
)";
}

}  // namespace ks::cli
