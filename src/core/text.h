// UTF-8 text as a terminal shows it: its width in columns, clipped, made safe to print.
//
// Nothing here throws: a byte that is not valid UTF-8 counts as one U+FFFD, the replacement sign.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace seed {

struct CodePoint {
    char32_t value;
    std::size_t bytes;  // how many bytes of the text it takes, at least 1
};

// The code point that starts at text[0]; the text must not be empty.
CodePoint first_code_point(std::string_view text);

// Columns that the text takes on a terminal: 2 for East Asian wide signs and emoji, 0 for combining
// marks and control characters, 1 for the rest.
std::size_t display_width(std::string_view text);

// The text if it fits into `columns`, else as much of it as fits before an ellipsis.
std::string clip_to_width(std::string_view text, std::size_t columns);

// The text with every control character (line ends and escape codes too) as a space and every byte
// that is not UTF-8 as U+FFFD: safe to print on one line.
std::string one_line(std::string_view text);

// The text with signs that can be seen: spaces as "·", line ends as "↵", tabs as "→", every other
// control character, what turns or breaks a line (U+2028, U+202E, ...) and every byte that is not
// UTF-8 as U+FFFD.
std::string visible_text(std::string_view text);

// A text as the models know texts: without the byte order mark that some editors put in front, and
// with "\n" for every line end ("\r\n", "\r").
std::string plain_text(std::string_view text);

// A name that came from a file, for an error message: on one line, in quotes, at most 80 columns.
std::string in_quotes(std::string_view name);

}  // namespace seed
