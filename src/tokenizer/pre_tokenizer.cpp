#include "tokenizer/pre_tokenizer.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <memory>
#include <string>

#include "core/require.h"
#include "core/text.h"

namespace seed {

// [bpe.pattern]
const std::string_view pre_token_pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d))"  // the ends of English contractions
    R"(|[^\r\n\p{L}\p{N}]?\p{L}+)"     // a word, with the one space or sign before it
    R"(|\p{N})"                        // a single digit
    R"(| ?[^\s\p{L}\p{N}]+[\r\n]*)"    // signs, with a space before and line ends after
    R"(|\s*[\r\n]+)"                   // white space up to the last of its line ends
    R"(|\s+(?!\S))"                    // white space, but not the last one before a word
    R"(|\s+)";                         // what is left
// [/bpe.pattern]

namespace {

struct FreePattern {
    void operator()(pcre2_code* pattern) const { pcre2_code_free(pattern); }
};
struct FreeMatch {
    void operator()(pcre2_match_data* match) const { pcre2_match_data_free(match); }
};
using Pattern = std::unique_ptr<pcre2_code, FreePattern>;
using Match = std::unique_ptr<pcre2_match_data, FreeMatch>;

Pattern compile_pattern() {
    int error = 0;
    PCRE2_SIZE offset = 0;
    // Anchor here and not in each match: the just-in-time code knows no anchored match.
    Pattern pattern(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pre_token_pattern.data()),
                                  pre_token_pattern.size(),
                                  PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED, &error, &offset,
                                  nullptr));
    require(pattern != nullptr, "pre-token pattern: PCRE2 gave error {} at {}", error, offset);
    // Where no just-in-time compiler exists, the same pattern is interpreted.
    pcre2_jit_compile(pattern.get(), PCRE2_JIT_COMPLETE);
    return pattern;
}

void split_valid_utf8(std::string_view text, std::vector<std::string_view>& pre_tokens) {
    static const Pattern pattern = compile_pattern();
    const Match match(pcre2_match_data_create(1, nullptr));
    while (!text.empty()) {
        const int found = pcre2_match(pattern.get(), reinterpret_cast<PCRE2_SPTR>(text.data()),
                                      text.size(), 0, PCRE2_NO_UTF_CHECK, match.get(), nullptr);
        require(found > 0, "pre-token pattern: expected a match, PCRE2 gave error {}", found);
        const std::size_t length = pcre2_get_ovector_pointer(match.get())[1];
        pre_tokens.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
}

}  // namespace

std::vector<std::string_view> split_pre_tokens(std::string_view text) {
    std::vector<std::string_view> pre_tokens;
    while (!text.empty()) {
        const std::size_t valid = valid_utf8_prefix(text);
        split_valid_utf8(text.substr(0, valid), pre_tokens);
        if (valid < text.size()) pre_tokens.push_back(text.substr(valid, 1));
        text.remove_prefix(std::min(valid + 1, text.size()));
    }
    return pre_tokens;
}

std::size_t valid_utf8_prefix(std::string_view text) {
    std::size_t valid = 0;
    while (valid < text.size()) {
        const CodePoint next = first_code_point(text.substr(valid));
        // U+FFFD in one byte is what first_code_point says of a byte that is not UTF-8.
        if (next.value == 0xFFFD && next.bytes == 1) break;
        valid += next.bytes;
    }
    return valid;
}

}  // namespace seed
