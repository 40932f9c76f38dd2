// The numbers that chapters/04_edit_corruption.md works out by hand.
#include "edit_corruption/edit_script.h"
#include "edit_corruption/levenshtein_myers.h"
#include "edit_corruption/repair_score.h"
#include "tests/support/catch.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

enum Token : std::int32_t { a = 0, b = 1, c = 2, x = 3, prompt = 4, mask = 5, eos = 6 };

}  // namespace

TEST_CASE("the table of ab and bac") {
    //        b  a  c
    //     0  1  2  3
    //  a  1  1  1  2
    //  b  2  1  2  2
    const Ids expected{0, 1, 2, 3, 1, 1, 1, 2, 2, 1, 2, 2};
    const HostMatrix<std::int32_t> table = levenshtein_table(Ids{a, b}, Ids{b, a, c});
    const auto cells = table.view().span();
    CHECK(Ids(cells.begin(), cells.end()) == expected);
    CHECK(levenshtein_wagner_fischer(Ids{a, b}, Ids{b, a, c}) == 2);
    CHECK(levenshtein_anti_diagonal(Ids{a, b}, Ids{b, a, c}) == 2);
    CHECK(levenshtein_myers(Ids{a, b}, Ids{b, a, c}) == 2);
}

TEST_CASE("the script of ab and bac: insert b, keep a, put c for b") {
    CHECK(edit_script(Ids{a, b}, Ids{b, a, c}) ==
          std::vector<ScriptStep>{{ScriptKind::insertion, 0, 0},
                                  {ScriptKind::keep, 0, 1},
                                  {ScriptKind::substitution, 1, 2}});
}

TEST_CASE("each kind of operation on a canvas of two and three and a prompt") {
    const Ids x0{prompt, a, b, eos};
    const auto after = [&](const EditOperation& operation) {
        Ids ids = x0;
        apply_edit(ids, 1, operation, eos);
        return ids;
    };
    CHECK(after({EditKind::insertion, 2, x}) == Ids{prompt, a, x, b});
    CHECK(after({EditKind::deletion, 1, EditOperation::no_token}) == Ids{prompt, b, eos, eos});
    CHECK(after({EditKind::substitution, 2, x}) == Ids{prompt, a, x, eos});
    // One insertion, one edit, but two positions whose target differs from the input
    const Canvas clean{x0, 1, 4};
    const RepairScore score = score_repair({clean}, {{prompt, a, x, b}}, {{prompt, a, b, b}});
    CHECK(score.corrupted == 2);
    CHECK(score.restored == 1);
    CHECK(score.restore_rate() == 0.5);
}
