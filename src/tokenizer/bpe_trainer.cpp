#include "tokenizer/bpe_trainer.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "core/progress.h"
#include "core/require.h"
#include "core/shown_loop.h"
#include "tokenizer/merge_learner.h"
#include "tokenizer/pre_tokenizer.h"

namespace seed {

// [bpe.count_words]
std::vector<WordCount> count_words(std::span<const std::string> texts) {
    // Count pieces of the corpus in parallel, a table for each
    using Counts = std::unordered_map<std::string_view, std::int64_t>;
    const Index step = std::max<Index>(1, Index(texts.size()) / 64);
    std::vector<Counts> piece_counts((Index(texts.size()) + step - 1) / step);
    shown_parallel_for("count words", Index(piece_counts.size()), [&](Index piece) {
        Counts& counts = piece_counts[piece];
        const Index begin = piece * step, count = std::min(step, Index(texts.size()) - begin);
        for (const std::string& text : texts.subspan(begin, count)) {
            for (std::string_view word : split_pre_tokens(text)) ++counts[word];
        }
    });

    // Add up; the order of a hash table is arbitrary, so sort
    Counts total;
    for (const Counts& counts : piece_counts) {
        for (const auto& [word, count] : counts) total[word] += count;
    }
    std::vector<WordCount> words;
    for (const auto& [word, count] : total) words.push_back({word, count});
    std::ranges::sort(words, {}, &WordCount::bytes);
    return words;
}
// [/bpe.count_words]

// [bpe.train]
Tokenizer train_bpe(std::span<const std::string> texts, const BpeOptions& options) {
    require(options.vocab_size >= base_vocabulary_size,
            "vocabulary size: expected at least {} (3 special tokens, 256 bytes), got {}",
            base_vocabulary_size, options.vocab_size);
    require(options.min_count >= 1, "min count: expected at least 1, got {}", options.min_count);

    MergeLearner learner(count_words(texts));
    Progress progress("learn tokens", options.vocab_size, stderr, patience);
    while (learner.vocabulary().size() < options.vocab_size &&
           learner.merge_most_frequent_pair(options.min_count)) {
        progress.update(learner.vocabulary().size());
    }
    progress.finish();
    return Tokenizer(learner.vocabulary().vocabulary());
}
// [/bpe.train]

}  // namespace seed
