// Chapter 5.
#include <cmath>

#include "tests/exercises/code_check.h"
#include "trajectory_selection/selection.h"

namespace seed {
namespace {

using TopK = void(HostView<std::int32_t>, HostView<const double>, std::span<const Index>);

// How many scores of the part go before row m; -1 for a row that is none of the best.
Index place_of(Index m, const std::vector<double>& scores, Index begin, Index end) {
    if (std::isnan(scores[m])) return -1;
    Index before = 0;
    for (Index j = begin; j < end; ++j) {
        before += scores[j] > scores[m] || (j < m && scores[j] == scores[m]);
    }
    return before;
}

// Parts of 0 to 9 rows, scores with ties, infinities and NaN
void check_top_k(const Student<TopK>& top_k, RandomKey key) {
    RandomStream stream(key, 0);
    for (const Index k : {1, 2, 4}) {
        std::vector<double> scores;
        std::vector<Index> first{0};
        for (const Index rows : {3, 0, 9, 1, 6}) {
            for (Index m = 0; m < rows; ++m) {
                const std::uint32_t drawn = stream.below(8);
                const bool is_nan = drawn == 0 || (m == 0 && rows != 9);
                scores.push_back(is_nan ? std::nan("") : drawn == 1 ? -INFINITY : -double(drawn));
            }
            first.push_back(Index(scores.size()));
        }
        const Index parts = Index(first.size()) - 1;
        const std::vector<std::int32_t> got = top_k.with([&](TopK* function) {
            std::vector<std::int32_t> best(std::size_t(parts * k), 77);
            function({best.data(), parts, k}, {scores.data(), Index(scores.size()), 1}, first);
            return best;
        });
        std::vector<std::int32_t> expected(std::size_t(parts * k), -1);
        for (Index s = 0; s < parts; ++s) {
            for (Index m = first[s]; m < first[s + 1]; ++m) {
                const Index place = place_of(m, scores, first[s], first[s + 1]);
                if (place >= 0 && place < k) expected[s * k + place] = std::int32_t(m);
            }
            const auto part = [&](const std::vector<std::int32_t>& all) {
                return std::vector<std::int32_t>(all.begin() + s * k, all.begin() + (s + 1) * k);
            };
            const std::vector<double> own(scores.begin() + first[s], scores.begin() + first[s + 1]);
            require(got.size() == expected.size() && part(got) == part(expected),
                    "the best {} of rows {} ... {}, scores {}:\nexpected {}\n     got {}", k,
                    first[s], first[s + 1] - 1, fmt::join(own, " "), fmt::join(part(expected), " "),
                    fmt::join(part(got), " "));
        }
    }
}

const RegisterCodeCheck top_k_check{"top_k", "&seed::segmented_top_k", check_top_k};

}  // namespace
}  // namespace seed
