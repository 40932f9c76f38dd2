// Distances of 100,000 pairs against rapidfuzz (fixtures/make_levenshtein_fixture.py, which gives
// the rules by which the pairs are drawn).
#include "core/safetensors.h"
#include "edit_corruption/levenshtein.h"
#include "edit_corruption/levenshtein_myers.h"
#include "tests/support/test_array.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

struct FixturePair {
    Ids a, b;
};

FixturePair fixture_pair(Index pair) {
    constexpr Index limits[] = {8, 20, 70, 200}, alphabets[] = {2, 4, 26, 512};
    const Index limit = limits[pair % 4], alphabet = alphabets[pair / 4 % 4];
    const RandomKey key = RandomKey{2026}.fork(std::uint64_t(pair));
    const auto whole = [&](Index row, std::uint32_t column, Index options) {
        return Index(uniform_double(key, std::uint64_t(row), column) * double(options));
    };
    const auto tokens = [&](Index count, std::uint32_t column) {
        Ids ids;
        for (Index j = 0; j < count; ++j) {
            ids.push_back(std::int32_t(whole(j, column, alphabet)));
        }
        return ids;
    };
    FixturePair made{tokens(whole(0, 3, limit + 1), 0), {}};
    if (pair / 16 % 2 == 0) {
        made.b = tokens(whole(0, 4, limit + 1), 1);
        return made;
    }
    const Index n = Index(made.a.size()), shift = whole(0, 5, 4);
    made.b = tokens(std::max<Index>(0, n + whole(0, 4, 9) - 4), 1);
    for (Index j = 0; j < std::min(Index(made.b.size()), n - shift); ++j) {
        if (uniform_double(key, std::uint64_t(j), 2) < 0.9) made.b[j] = made.a[j + shift];
    }
    return made;
}

}  // namespace

TEST_CASE("all distances are those of rapidfuzz") {
    const std::filesystem::path folder = SEED_SOURCE_DIR;
    const Safetensors file =
        read_safetensors(folder / "tests/edit_corruption/fixtures/levenshtein.safetensors");
    const auto expected = file.at("distances").values<std::uint8_t>();
    REQUIRE(expected.size() == 100000);
    Index wrong = 0, first_wrong = -1, far = 0;
    for (Index pair = 0; pair < Index(expected.size()); ++pair) {
        const auto [a, b] = fixture_pair(pair);
        const Index distance = expected[pair];
        const bool right = levenshtein_wagner_fischer(a, b) == distance &&
                           levenshtein_anti_diagonal(a, b) == distance &&
                           levenshtein_myers(a, b) == distance;
        if (!right && wrong++ == 0) first_wrong = pair;
        far += distance > 64;
    }
    INFO("first wrong pair: " << first_wrong);
    CHECK(wrong == 0);
    CHECK(far > 1000);
}
