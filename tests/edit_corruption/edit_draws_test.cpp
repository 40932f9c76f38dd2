// The random draws of edit corruption: what is equally likely, and what depends on the key.
#include <algorithm>
#include <cmath>
#include <map>

#include "edit_corruption/edit_operations.h"
#include "tests/support/test_array.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

constexpr EditVocabulary vocabulary{9, 2, 8, 5};  // ordinary: 0 1 3 4 6 7
const Ids x0{2, 0, 3, 1, 3, 8, 8, 8};             // one token of prompt, four of content

// Every option must come up as often as any other, within 5 standard deviations.
template <class Key>
void check_uniform(const std::map<Key, int>& counts, std::size_t options) {
    CHECK(counts.size() == options);
    int all = 0;
    for (const auto& [option, count] : counts) all += count;
    const double p = 1 / double(options), expected = p * all;
    for (const auto& [option, count] : counts) {
        CHECK(std::abs(count - expected) < 5 * std::sqrt(expected * (1 - p)));
    }
}

}  // namespace

TEST_CASE("kinds, positions and new tokens are equally likely") {
    std::map<EditKind, int> kinds;
    std::map<EditKind, std::map<Index, int>> positions;
    std::map<std::int32_t, int> inserted;
    std::map<std::int32_t, std::map<std::int32_t, int>> put;  // by the token replaced
    for (std::uint64_t trial = 0; trial < 40000; ++trial) {
        const EditOperation operation =
            edit_tokens(x0, 1, 1, vocabulary, test_key("draws").fork(trial)).operations[0];
        ++kinds[operation.kind];
        ++positions[operation.kind][operation.position];
        if (operation.kind == EditKind::insertion) ++inserted[operation.token];
        if (operation.kind == EditKind::substitution) {
            ++put[x0[operation.position]][operation.token];
        }
    }
    check_uniform(kinds, 3);
    check_uniform(positions[EditKind::insertion], 5);  // before each of four, and behind the last
    check_uniform(positions[EditKind::deletion], 4);
    check_uniform(positions[EditKind::substitution], 4);
    check_uniform(inserted, 6);
    for (const std::int32_t replaced : {0, 1, 3}) {
        check_uniform(put[replaced], 5);
        CHECK(put[replaced].count(replaced) == 0);
    }
}

TEST_CASE("later operations are drawn like the first, and independently of it") {
    std::map<std::pair<EditKind, EditKind>, int> kinds;
    for (std::uint64_t trial = 0; trial < 20000; ++trial) {
        const auto operations =
            edit_tokens(x0, 1, 2, vocabulary, test_key("second").fork(trial)).operations;
        ++kinds[{operations[0].kind, operations[1].kind}];
    }
    check_uniform(kinds, 9);
}

TEST_CASE("k is floor(|x0| alpha) with alpha uniform up to its largest value") {
    Ids ids(60, 8);
    std::fill(ids.begin(), ids.begin() + 40, 3);
    std::map<Index, int> counts;
    for (std::uint64_t trial = 0; trial < 8000; ++trial) {
        const RandomKey key = test_key("alpha").fork(trial);
        ++counts[Index(edit_tokens_up_to(ids, 0, 0.1, vocabulary, key).operations.size())];
    }
    check_uniform(counts, 4);  // 0 1 2 3: 40 alpha < 4
    CHECK(edit_count(40, 0.1) == 4);
    CHECK(edit_count(39, 0.1) == 3);
    CHECK(edit_count(9, 0.1) == 0);
    CHECK(edit_count(9, 1) == 9);
    CHECK(edit_count(0, 1) == 0);
    CHECK(edit_count(10, 0.3 - 1e-12) == 2);  // in float this would be 0.3
    CHECK(edit_count(20'000'001, 1) == 20'000'001);
    for (Index tens = 0; tens < 1000; ++tens) CHECK(edit_count(10 * tens, 0.1) == tens);
}

TEST_CASE("equal keys make equal edits, other keys others, and more edits begin like fewer") {
    const auto edited = [](Index count, std::string_view key) {
        return edit_tokens(x0, 1, count, vocabulary, test_key(key));
    };
    CHECK(edited(4, "a").ids == edited(4, "a").ids);
    CHECK(edited(4, "a").operations != edited(4, "b").operations);
    const auto few = edited(3, "a").operations, many = edited(6, "a").operations;
    CHECK(std::equal(few.begin(), few.end(), many.begin()));
}
