#include "block_decoding/reveal_in_place.h"

#include <algorithm>

namespace seed {

// [reveal_in_place.host]
void reveal_in_place(const TextsInPlace<HostView>& t, HostView<const float> logits,
                     const DenoiseOptions& options) {
    check_reveal_in_place(t, logits, options);
    for (Index b = 0; b < t.ids.rows; ++b) {
        const Index block = logits.rows / t.ids.rows, begin = t.begin(b, 0), call = t.calls(b, 0);
        std::vector<Index> masked;  // positions
        std::vector<TokenChoice> choices;
        for (Index p = begin; p < std::min(begin + block, t.ids.cols); ++p) {
            if (t.masked(b, p) == 0) continue;
            const RandomKey key{options.temperature > 0 ? t.keys(b, begin + call) : 0};
            const auto row = logits.row_range(b * block + p - begin, 1);  // (1, V)
            masked.push_back(p);
            choices.push_back(
                choose_token(log_softmax(row), options.temperature, key, std::uint64_t(p)));
            t.probabilities(b, p) = choices.back().probability;
        }
        if (masked.empty()) continue;
        for (const Index i : positions_to_reveal(choices, call, options, {})) {
            t.ids(b, masked[std::size_t(i)]) = choices[std::size_t(i)].token;
            t.masked(b, masked[std::size_t(i)]) = 0;
        }
    }
}
// [/reveal_in_place.host]

std::vector<std::uint64_t> keys_in_place(RandomKey text, Index positions, Index block) {
    require(block >= 1, "block: expected at least one position, got {}", block);
    std::vector<std::uint64_t> keys;
    for (Index p = 0; p < positions; ++p) {
        const RandomKey of_block = text.fork(std::uint64_t(p / block)).fork("tokens");
        keys.push_back(of_block.fork(std::uint64_t(p % block)).value);
    }
    return keys;
}

}  // namespace seed
