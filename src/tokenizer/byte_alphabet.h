// The byte alphabet of GPT-2: every byte has a printable code point that stands for it in
// tokenizer.json, so that a token is readable text even where its bytes are not.
//
// The 188 printable Latin-1 bytes (33-126, 161-172, 174-255) stand for themselves. The other 68, in
// ascending order, become U+0100, U+0101, ... U+0143: a space is U+0120, a line feed U+010A.
// Source: bytes_to_unicode in the code published with Radford et al., "Language models are
// unsupervised multitask learners" (2019).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace seed {

char32_t printable_code_point(std::uint8_t byte);

// All 256 bytes in ascending order of their code points: the order in which they get token ids.
const std::array<std::uint8_t, 256>& bytes_by_code_point();

// Bytes to their code points in UTF-8, and back; nullopt if `text` holds any other code point or is
// not UTF-8. from_printable(to_printable(bytes)) == bytes for any bytes.
std::string to_printable(std::string_view bytes);
std::optional<std::string> from_printable(std::string_view text);

}  // namespace seed
