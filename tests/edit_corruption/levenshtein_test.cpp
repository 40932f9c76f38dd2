// Three ways to the Levenshtein distance: they agree with each other and with what a distance is.
#include "edit_corruption/levenshtein.h"

#include <limits>

#include "edit_corruption/levenshtein_myers.h"
#include "tests/support/error_of.h"
#include "tests/support/test_array.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

Ids random_sequence(RandomStream& random, Index length, int alphabet) {
    Ids ids;
    for (Index i = 0; i < length; ++i) ids.push_back(random.between(0, alphabet - 1) * 7 - 3);
    return ids;
}

// Some changes, as edit corruption makes them, but without a canvas.
Ids changed(Ids ids, RandomStream& random, int changes) {
    for (int c = 0; c < changes; ++c) {
        const auto place = ids.begin() + random.between(0, int(ids.size()));
        const int kind = random.between(0, 2);
        if (kind == 0 || place == ids.end()) {
            ids.insert(place, random.between(0, 20));
        } else if (kind == 1) {
            ids.erase(place);
        } else {
            *place = random.between(0, 20);
        }
    }
    return ids;
}

void check_all_equal(const Ids& a, const Ids& b) {
    const Index distance = levenshtein_wagner_fischer(a, b);
    INFO("lengths " << a.size() << " and " << b.size() << ", SEED_TEST_SEED=" << test_seed());
    CHECK(levenshtein_anti_diagonal(a, b) == distance);
    CHECK(levenshtein_myers(a, b) == distance);
    CHECK(levenshtein(a, b) == distance);
    CHECK(levenshtein_within(a, b, Index(a.size() + b.size())) == distance);
}

// Lengths around the 64 rows of a word, and around the eighth that is tried first.
const std::vector<Index> lengths = {0,  1,  2,   7,   31,  62,  63,  64,  65,
                                    66, 97, 127, 128, 129, 191, 192, 193, 300};

}  // namespace

TEST_CASE("all ways give the same distance for every pair of lengths") {
    RandomStream random(test_key("lengths"), 0);
    for (const Index n : lengths) {
        for (const Index m : lengths) {
            for (const int alphabet : {1, 2, 4, 1000}) {
                check_all_equal(random_sequence(random, n, alphabet),
                                random_sequence(random, m, alphabet));
            }
        }
    }
}

TEST_CASE("all ways give the same distance for related sequences") {
    RandomStream random(test_key("related"), 0);
    for (const Index n : lengths) {
        for (const int changes : {0, 1, 2, 5, 12, 25, 40}) {
            for (int repeat = 0; repeat < 3; ++repeat) {
                const Ids a = random_sequence(random, n, 20);
                check_all_equal(a, changed(a, random, changes));
            }
        }
    }
}

TEST_CASE("sequences that are moved against each other cross the band") {
    RandomStream random(test_key("moved"), 0);
    const Ids a = random_sequence(random, 400, 50);
    for (const Index shift : {1, 30, 49, 50, 51, 63, 64, 65, 120}) {
        Ids b(a.begin() + shift, a.end());
        check_all_equal(a, b);
        CHECK(levenshtein(a, b) == shift);
        const Ids added = random_sequence(random, shift, 50);
        b.insert(b.end(), added.begin(), added.end());
        check_all_equal(a, b);
    }
}

TEST_CASE("tokens may be any 32-bit integers") {
    constexpr std::int32_t low = std::numeric_limits<std::int32_t>::min();
    constexpr std::int32_t high = std::numeric_limits<std::int32_t>::max();
    check_all_equal({low, 0, high, -1}, {low, high, -1, 0});
    // Tokens that fall into one slot of the hash table, and into its last slots
    Ids a, b;
    for (std::int32_t i = 0; i < 200; ++i) {
        a.push_back(i * 65536 + low);
        b.push_back((i + i % 3) * 65536 + low);
    }
    check_all_equal(a, b);
    check_all_equal({a.begin(), a.begin() + 60}, {b.begin(), b.begin() + 60});
}

TEST_CASE("a distance is 0 for equals only, symmetric, and obeys the triangle inequality") {
    RandomStream random(test_key("metric"), 0);
    for (int trial = 0; trial < 300; ++trial) {
        const int alphabet = random.between(1, 8);
        const Ids a = random_sequence(random, random.between(0, 90), alphabet);
        const Ids b = trial % 2 ? changed(a, random, 6)
                                : random_sequence(random, random.between(0, 90), alphabet);
        const Ids c = changed(b, random, random.between(0, 10));
        const Index ab = levenshtein(a, b), bc = levenshtein(b, c), ac = levenshtein(a, c);
        CHECK(ab == levenshtein(b, a));
        CHECK(levenshtein_anti_diagonal(a, b) == levenshtein_anti_diagonal(b, a));
        CHECK(ac <= ab + bc);
        CHECK(ab <= ac + bc);
        CHECK((ab == 0) == (a == b));
        CHECK(levenshtein(a, a) == 0);
        CHECK(ab >= std::abs(Index(a.size()) - Index(b.size())));
        CHECK(ab <= Index(std::max(a.size(), b.size())));
    }
}

TEST_CASE("within a bound the distance is exact, beyond it is above the bound") {
    RandomStream random(test_key("bound"), 0);
    for (int trial = 0; trial < 400; ++trial) {
        const Ids a = random_sequence(random, random.between(0, 260), 10);
        const Ids b = changed(a, random, random.between(0, 40));
        const Index distance = levenshtein_wagner_fischer(a, b);
        for (const Index bound : {Index{0}, distance - 1, distance, distance + 1, 2 * distance}) {
            if (bound < 0) continue;
            const Index within = levenshtein_within(a, b, bound);
            CHECK((distance <= bound ? within == distance : within > bound));
            CHECK(within == levenshtein_within(b, a, bound));
        }
    }
    CHECK(error_of([] { levenshtein_within(Ids{1}, Ids{2}, -1); }) ==
          "levenshtein: expected a bound >= 0, got -1");
}
