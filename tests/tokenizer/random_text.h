// Texts and tokenizers for the tests of this chapter.
#pragma once

#include <string>
#include <vector>

#include "core/philox.h"
#include "tokenizer/byte_alphabet.h"
#include "tokenizer/tokenizer.h"

namespace seed {

// `count` texts of words made of the letters a ... (a + letters - 1). Few letters give many equal
// counts and many ways to make the same bytes: the cases where a rule about ties shows.
inline std::vector<std::string> random_texts(std::uint64_t seed, int count, int letters) {
    RandomStream random({seed}, 0);
    std::vector<std::string> texts(count);
    for (std::string& text : texts) {
        for (int words = random.between(1, 40); words > 0; --words) {
            for (int length = random.between(1, 12); length > 0; --length) {
                text += char('a' + random.below(letters));
            }
            text += ' ';
        }
    }
    return texts;
}

// The merges as a failed test should show them: "l o", "lo w".
inline std::vector<std::string> spelled_merges(const Tokenizer& tokenizer) {
    std::vector<std::string> spelled;
    for (const auto& [left, right] : tokenizer.merges()) {
        spelled.push_back(to_printable(tokenizer.token_text(left)) + " " +
                          to_printable(tokenizer.token_text(right)));
    }
    return spelled;
}

}  // namespace seed
