#include "cli/commands.h"

#include <cstdio>

namespace ks::cli {

void add_completion(Command& program) {
    auto shell = std::make_shared<std::string>();
    Command& command = program.add("completion", "print a shell completion script");
    command.details(
        "bash: source <(kingshare completion bash)\nzsh:  source <(kingshare completion zsh), after compinit\nfish: kingshare completion "
        "fish | source");
    command.takes({.name = "SHELL", .help = "the shell", .target = shell.get(), .required = true, .choices = {"bash", "zsh", "fish"}});
    command.runs([shell, &program] { return std::printf("%s", completion_script(program, *shell).c_str()) < 0 ? 1 : 0; });
}

void add_manual(Command& program) {
    program.add("manual", "print the manual page").runs([&program] { return std::printf("%s", manual_page(program).c_str()) < 0 ? 1 : 0; });
}

}  // namespace ks::cli
