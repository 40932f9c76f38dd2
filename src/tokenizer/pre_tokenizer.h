// Cuts text into pre-tokens (words with their leading space, single digits, runs of signs, runs of
// white space). BPE merges only inside a pre-token.
//
// The rule is Qwen2's pattern (file tokenizer.json of the Qwen2 release, Apache-2.0), matched by
// PCRE2 with Unicode classes. Other regex libraries cut the same text alike but for two cases: code
// points that only one library's version of Unicode knows, and U+180E, white space to PCRE2 alone.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace seed {

// The pattern as tokenizer.json spells it.
extern const std::string_view pre_token_pattern;

// The pre-tokens of `text`, in order; their concatenation is `text`, whatever its bytes are. A byte
// that is not part of valid UTF-8 is a pre-token of its own. The views point into `text`.
std::vector<std::string_view> split_pre_tokens(std::string_view text);

// Bytes of the longest prefix of `text` that is valid UTF-8.
std::size_t valid_utf8_prefix(std::string_view text);

}  // namespace seed
