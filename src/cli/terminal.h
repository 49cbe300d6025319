#pragma once

#include "cli/outcome.h"
#include "cli/text.h"

#include <string>
#include <vector>

namespace ks::cli {

// Everything that the command line says goes through here (and progress.h), so that nothing of a server's reaches a terminal unescaped.

bool wants_colour(int file);  // Whether `file` (standard output or error) is a terminal that wants colours (NO_COLOR, TERM=dumb).

// A question to the person at the terminal, whatever standard input is. Exit::Usage with `instead` where there is nobody to ask.
Outcome<std::string> ask(const std::string& question, const std::string& instead);
Outcome<std::string> ask_secret(const std::string& question, const std::string& instead);  // what is typed isn't shown

// The first line of a file; "-" is standard input.
Outcome<std::string> secret_from(const std::string& path);
Outcome<std::vector<std::string>> secrets_from(const std::string& path, std::size_t count);  // the first lines, none of them empty

void note(const Text& text);  // A line on standard error, for people.
void print(const Text& line);
bool print_bytes(std::string_view bytes);  // To standard output as they are: for content, which is no message.

// The first row names the columns. Where a terminal is too narrow, the cells of the first column are shortened, or the last column, where
// it is a link, which must stay whole, goes to a line of its own.
enum class LastColumn : std::uint8_t { Fits, IsLink };
void print_table(const std::vector<std::vector<std::string>>& rows, LastColumn last = LastColumn::Fits);

}  // namespace ks::cli
