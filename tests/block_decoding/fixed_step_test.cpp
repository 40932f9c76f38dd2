// What a step of fixed shape computes, and where the texts are after it.
#include "block_decoding/fixed_step.h"

#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

constexpr Index positions = 7, block = 3;
constexpr std::int32_t eos = 9, mask = 0;

// A text of a row each: ids with 0 for a mask, the prompt's length, where its block begins.
struct Texts {
    std::vector<std::int32_t> ids, masked;
    std::vector<double> probabilities;
    std::vector<std::uint64_t> keys;
    std::vector<Index> slot, prompt, begin, block_calls, calls, active;

    void add(std::vector<std::int32_t> own, Index own_prompt, Index own_begin) {
        for (const std::int32_t id : own) {
            ids.push_back(id), masked.push_back(id == mask);
            probabilities.push_back(0.5), keys.push_back(0);
        }
        slot.push_back(4 + count()), prompt.push_back(own_prompt), begin.push_back(own_begin);
        block_calls.push_back(1), calls.push_back(6), active.push_back(1);
    }
    Index count() const { return Index(prompt.size()); }
    FixedTexts<HostView> views() {
        const auto column = [&](std::vector<Index>& numbers) {
            return HostView<Index>(numbers.data(), count(), 1);
        };
        return {{ids.data(), count(), positions},
                {masked.data(), count(), positions},
                {probabilities.data(), count(), positions},
                {keys.data(), count(), positions},
                column(slot),
                column(prompt),
                column(begin),
                column(block_calls),
                column(calls),
                column(active)};
    }
    std::vector<std::int32_t> row(Index b) const {
        return {ids.begin() + b * positions, ids.begin() + (b + 1) * positions};
    }
};

using Numbers = std::vector<Index>;

}  // namespace

TEST_CASE("a step computes the block on the left and the current one, and what is not there too") {
    Texts texts;
    texts.add({5, 6, 0, 0, 0, 0, 0}, 2, 0);  // the first block
    texts.add({5, 6, 7, 8, 0, 0, 0}, 1, 3);  // the second
    texts.add({5, 6, 7, 8, 5, 6, 0}, 1, 6);  // the last, of one position
    std::vector<std::int32_t> tokens(18);
    Numbers where(18), rows(54);
    lay_out_step({tokens.data(), 18, 1}, {where.data(), 18, 1}, {rows.data(), 18, 3}, texts.views(),
                 block);
    CHECK(tokens == std::vector<std::int32_t>{0, 0, 0, 5, 6, 0,    //
                                              5, 6, 7, 8, 0, 0,    //
                                              8, 5, 6, 0, 0, 0});  //
    // Behind the text: 7 ... 12
    CHECK(where == Numbers{7, 8, 9, 0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5, 6, 11, 12});
    Numbers slots, places, seen;
    for (std::size_t n = 0; n < 18; ++n) {
        slots.push_back(rows[3 * n]), places.push_back(rows[3 * n + 1]);
        seen.push_back(rows[3 * n + 2]);
    }
    CHECK(slots == Numbers{4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6});
    CHECK(places == where);
    CHECK(seen == Numbers{1, 1, 1, 3, 3, 3, 3, 3, 3, 6, 6, 6, 6, 6, 6, 7, 7, 7});
}

TEST_CASE("after a step a text stays in its block, goes on to the next, ends or is done") {
    Texts texts;
    texts.add({5, 6, 0, 0, 0, 0, 0}, 1, 0);  // stays: one mask is left
    texts.add({5, 6, 7, 0, 0, 0, 0}, 1, 0);  // goes on
    texts.add({5, 6, 9, 0, 0, 0, 0}, 1, 0);  // has an eos
    texts.add({9, 6, 7, 0, 0, 0, 0}, 1, 0);  // has an eos in its prompt: goes on
    texts.add({5, 9, 0, 0, 0, 0, 0}, 1, 0);  // has an eos, and one mask left
    texts.add({5, 6, 7, 8, 5, 6, 7}, 1, 6);  // is done
    texts.add({5, 6, 7, 8, 5, 6, 7}, 1, 6);  // was done before
    texts.active[6] = 0;
    Index still_active = -1;
    enter_next_blocks({&still_active, 1, 1}, texts.views(), block, eos);
    CHECK(still_active == 4);
    CHECK(texts.active == Numbers{1, 1, 0, 1, 1, 0, 0});
    CHECK(texts.begin == Numbers{0, 3, 0, 3, 0, 6, 6});
    CHECK(texts.calls == Numbers{7, 7, 7, 7, 7, 7, 6});
    CHECK(texts.block_calls == Numbers{2, 0, 2, 0, 2, 2, 1});
    CHECK(texts.row(2) == std::vector<std::int32_t>{5, 6, 9, 9, 9, 9, 9});
    CHECK(texts.row(1) == std::vector<std::int32_t>{5, 6, 7, 0, 0, 0, 0});
    for (Index p = 0; p < positions; ++p) {
        const std::size_t at = std::size_t(2 * positions + p);
        CHECK(texts.masked[at] == 0);
        CHECK(texts.probabilities[at] == (p < 3 ? 0.5 : 1.0));
    }

    Texts without;
    without.add({5, 6, 9, 0, 0, 0, 0}, 1, 0);
    enter_next_blocks({&still_active, 1, 1}, without.views(), block, -1);  // there is no eos
    CHECK(still_active == 1);
    CHECK(without.begin == Numbers{3});
    CHECK(error_of([&] {
              enter_next_blocks({&still_active, 1, 1}, without.views(), 8, -1);
          }) == "block: expected 1 ... 7, the canvas, got 8");
}
