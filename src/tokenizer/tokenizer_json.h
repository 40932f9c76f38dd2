// Reads and writes the tokenizer.json of Hugging Face's `tokenizers` library.
//
// Only the kind of file that means exactly what Tokenizer does is accepted: a byte-level BPE with
// Qwen2's pre-tokenizer and no normaliser. Everything else is an error that names the file and what
// was expected; nothing is ignored that would change the ids of a text.
// Merges are read in both spellings, "a b" (before tokenizers 0.20) and ["a", "b"]; the second is
// written. Special tokens may have any ids, so a file that lists them last is read too.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "tokenizer/tokenizer.h"

namespace seed {

std::string to_tokenizer_json(const Tokenizer& tokenizer);

// `name` stands for the file in the errors.
Tokenizer parse_tokenizer_json(std::string_view json, std::string_view name);

Tokenizer load_tokenizer(const std::filesystem::path& path);
void save_tokenizer(const std::filesystem::path& path, const Tokenizer& tokenizer);

// Larger files are refused before they are read. Qwen2's has 7 MB.
inline constexpr std::uintmax_t max_tokenizer_json_bytes = 64 << 20;

}  // namespace seed
