#pragma once

#include "cli/outcome.h"

#include <string>
#include <vector>

namespace ks::cli {

// Colours where `file` (standard output or error) is a terminal that wants them (NO_COLOR, TERM=dumb).
bool wants_colour(int file);
std::string bold(int file, const std::string& text);
std::string dim(int file, const std::string& text);
std::string red(int file, const std::string& text);
std::string green(int file, const std::string& text);
std::string yellow(int file, const std::string& text);

// A question to the person at the terminal, whatever standard input is. Exit::Usage with `instead` where there is nobody to ask.
Outcome<std::string> ask(const std::string& question, const std::string& instead);
Outcome<std::string> ask_secret(const std::string& question, const std::string& instead);  // what is typed isn't shown

// The first line of a file; "-" is standard input.
Outcome<std::string> secret_from(const std::string& path);

void note(const std::string& text);  // a line on standard error, for people
void print(const std::string& line);
void print_table(const std::vector<std::vector<std::string>>& rows);  // the first one names the columns

}  // namespace ks::cli
