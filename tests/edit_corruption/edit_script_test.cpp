// Edit scripts: they turn a into b, and cost no more than the distance.
#include "edit_corruption/edit_script.h"

#include "tests/support/test_array.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

struct Applied {
    Ids result;
    Index cost = 0;
};

// Follows the script from left to right, checking that every step takes the next tokens.
Applied apply(const std::vector<ScriptStep>& script, const Ids& a, const Ids& b) {
    Applied applied;
    Index i = 0, j = 0;
    for (const ScriptStep& step : script) {
        REQUIRE(step.a == i);
        REQUIRE(step.b == j);
        const bool takes_a = step.kind != ScriptKind::insertion;
        const bool takes_b = step.kind != ScriptKind::deletion;
        REQUIRE(i + takes_a <= Index(a.size()));
        REQUIRE(j + takes_b <= Index(b.size()));
        if (step.kind == ScriptKind::keep) REQUIRE(a[i] == b[j]);
        if (step.kind == ScriptKind::substitution) CHECK(a[i] != b[j]);
        if (takes_b) applied.result.push_back(step.kind == ScriptKind::keep ? a[i] : b[j]);
        applied.cost += step.kind != ScriptKind::keep;
        i += takes_a, j += takes_b;
    }
    CHECK(i == Index(a.size()));
    CHECK(j == Index(b.size()));
    return applied;
}

}  // namespace

TEST_CASE("a script turns a into b at the cost of their distance") {
    RandomStream random(test_key("scripts"), 0);
    for (int trial = 0; trial < 400; ++trial) {
        const auto sequence = [&] {
            Ids ids(std::size_t(random.between(0, 40)));
            for (auto& id : ids) id = random.between(0, 5);
            return ids;
        };
        const Ids a = sequence(), b = sequence();
        const Applied applied = apply(edit_script(a, b), a, b);
        CHECK(applied.result == b);
        CHECK(applied.cost == levenshtein(a, b));
    }
}

TEST_CASE("of equally cheap ways the diagonal is taken first, then a deletion, from the back") {
    using enum ScriptKind;
    CHECK(edit_script(Ids{4, 5}, Ids{5, 4}) ==
          std::vector<ScriptStep>{{substitution, 0, 0}, {substitution, 1, 1}});
    CHECK(edit_script(Ids{4, 4}, Ids{4}) ==
          std::vector<ScriptStep>{{deletion, 0, 0}, {keep, 1, 0}});
    // Two changes, no way along the diagonal: the last 4 is deleted, or the last 5 inserted
    CHECK(edit_script(Ids{4, 5, 4}, Ids{5, 4, 5}) ==
          std::vector<ScriptStep>{{insertion, 0, 0}, {keep, 0, 1}, {keep, 1, 2}, {deletion, 2, 3}});
}

TEST_CASE("a script keeps what is equal, and has nothing to do for nothing") {
    CHECK(edit_script({}, {}).empty());
    const Ids a{4, 5};
    CHECK(edit_script(a, a) ==
          std::vector<ScriptStep>{{ScriptKind::keep, 0, 0}, {ScriptKind::keep, 1, 1}});
    CHECK(edit_script(a, {}) ==
          std::vector<ScriptStep>{{ScriptKind::deletion, 0, 0}, {ScriptKind::deletion, 1, 0}});
    CHECK(edit_script({}, a) ==
          std::vector<ScriptStep>{{ScriptKind::insertion, 0, 0}, {ScriptKind::insertion, 0, 1}});
}
