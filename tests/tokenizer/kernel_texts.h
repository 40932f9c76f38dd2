// Texts and a tokenizer for the kernels of this chapter.
#pragma once

#include "tests/tokenizer/random_text.h"
#include "tokenizer/bpe_trainer.h"

namespace seed {

// Learned from words of few letters: many merges, and many that compete for one place.
inline const Tokenizer& kernel_tokenizer() {
    static const Tokenizer tokenizer =
        train_bpe(random_texts(1, 30, 3), {base_vocabulary_size + 120, 1});
    return tokenizer;
}

// `words` of 0 ... longest letters a, b, c or, one in eight, any byte.
inline std::vector<std::string> random_words(RandomKey key, Index words, Index longest) {
    RandomStream random(key.fork("words"), 0);
    std::vector<std::string> result;
    for (Index w = 0; w < words; ++w) {
        std::string& word = result.emplace_back();
        for (int length = random.between(0, int(longest)); length > 0; --length) {
            word += random.below(8) == 0 ? char(random.below(256)) : char('a' + random.below(3));
        }
    }
    return result;
}

}  // namespace seed
