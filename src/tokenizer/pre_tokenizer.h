// Cuts text into pre-tokens (words with their leading space, single digits, runs of signs, runs of
// white space). BPE merges only inside a pre-token.
//
// The rule is Qwen2's pattern (file tokenizer.json of the Qwen2 release, Apache-2.0). PCRE2 matches
// it with Unicode classes; which code points are letters depends on the Unicode version of the
// PCRE2 at hand, so text of very new scripts may be cut differently by different versions.
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
