#include "tokenizer/merge_learner.h"

#include <algorithm>
#include <limits>

#include "core/require.h"
#include "tokenizer/byte_alphabet.h"

namespace seed {

MergeLearner::MergeLearner(std::span<const WordCount> words) {
    std::size_t bytes = 0;
    for (const WordCount& word : words) bytes += word.bytes.size();
    require(bytes <= std::size_t(std::numeric_limits<Place>::max()),
            "corpus: expected at most {} bytes of distinct words, got {}",
            std::numeric_limits<Place>::max(), bytes);
    for (const WordCount& word : words) add_word(word);
    feed_queue();
}

// [bpe.count_pairs]
void MergeLearner::add_word(const WordCount& word) {
    const Place begin = Place(symbols_.size());
    const Place end = begin + Place(word.bytes.size());
    for (Place place = begin; place < end; ++place) {
        symbols_.push_back(vocabulary_.byte_id(word.bytes[place - begin]));
        previous_.push_back(place == begin ? none : place - 1);
        next_.push_back(place + 1 == end ? none : place + 1);
        weight_.push_back(word.count);
    }
    for (Place place = begin; place < end; ++place) add_pair(place);
}

void MergeLearner::add_pair(Place left) {
    if (!is_pair(left)) return;
    PairUse& use = uses_[pair_at(left)];
    use.count += weight_[left];
    use.places.push_back(left);
    grown_.push_back(pair_at(left));
}

void MergeLearner::remove_pair(Place left) {
    if (is_pair(left)) uses_[pair_at(left)].count -= weight_[left];
}
// [/bpe.count_pairs]

void MergeLearner::feed_queue() {
    std::ranges::sort(grown_);
    const auto repeated = std::ranges::unique(grown_);
    grown_.erase(repeated.begin(), repeated.end());
    for (TokenPair pair : grown_) queue_.push({uses_[pair].count, pair});
    grown_.clear();
}

// [bpe.most_frequent_pair]
std::optional<TokenPair> MergeLearner::pop_most_frequent(std::int64_t min_count) {
    while (!queue_.empty() && queue_.top().count >= min_count) {
        const Candidate top = queue_.top();
        queue_.pop();
        const auto use = uses_.find(top.pair);
        if (use == uses_.end()) continue;  // merged since
        if (use->second.count == top.count) return top.pair;
        // Its count fell while it waited: put it back where it belongs now
        queue_.push({use->second.count, top.pair});
    }
    return std::nullopt;
}
// [/bpe.most_frequent_pair]

// [bpe.merge_loop]
bool MergeLearner::merge_most_frequent_pair(std::int64_t min_count) {
    const std::optional<TokenPair> pair = pop_most_frequent(min_count);
    if (!pair) return false;
    const TokenId product = vocabulary_.add_merge(*pair);

    // Merge from left to right: of three equal symbols the first two
    std::vector<Place> places = std::move(uses_[*pair].places);
    std::ranges::sort(places);
    for (Place left : places) {
        if (is_pair(left) && pair_at(left) == *pair) merge_at(left, product);
    }
    uses_.erase(*pair);  // nothing is left of it, and it never comes back
    feed_queue();
    return true;
}

void MergeLearner::merge_at(Place left, TokenId product) {
    // Take out the pair and the two that it makes with its neighbours
    const Place right = next_[left];
    remove_pair(previous_[left]);
    remove_pair(left);
    remove_pair(right);
    // The product takes the left place, the right one is unlinked
    symbols_[left] = product;
    symbols_[right] = none;
    next_[left] = next_[right];
    next_[right] = none;
    if (next_[left] != none) previous_[next_[left]] = left;
    // Put in the two pairs that the product makes
    add_pair(previous_[left]);
    add_pair(left);
}
// [/bpe.merge_loop]

}  // namespace seed
