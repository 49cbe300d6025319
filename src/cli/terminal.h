#pragma once

#include "cli/command_error.h"
#include "cli/text.h"

#include <string>
#include <vector>

namespace ks::cli {

// All output goes through these functions (and progress.h), so that text of a server never reaches a terminal unescaped.

bool wants_colour(int file);  // Whether `file` is a terminal with colours, according to NO_COLOR and TERM.

// Asks on /dev/tty, independent of standard input. Fails with ExitCode::Usage and the hint `instead` without a terminal, with
// ExitCode::Failed if the user cancels.
Outcome<std::string> ask(const std::string& question, const std::string& instead);
Outcome<std::string> ask_secret(const std::string& question, const std::string& instead);  // Without echo.

// Returns the first line of a file; "-" means standard input. Fails with ExitCode::Usage if it is empty.
Outcome<std::string> secret_from(const std::string& path);
Outcome<std::vector<std::string>> secrets_from(const std::string& path, std::size_t count);  // The first `count` lines.

void note(const Text& text);  // Prints a line to standard error.
void print(const Text& line);
bool print_bytes(std::string_view bytes);  // Writes content to standard output, unescaped. False on error.

// Prints a table; the first row is the header. On a narrow terminal the first column is shortened; a last column of links, which must
// not be shortened, moves to separate lines.
enum class LastColumn : std::uint8_t { Fits, IsLink };
void print_table(const std::vector<std::vector<std::string>>& rows, LastColumn last = LastColumn::Fits);

}  // namespace ks::cli
