#include "evaluation/world_figures.h"

#include <cmath>

#include "runs/text_source.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

TEST_CASE("one step loses what two tokens know of each other") {
    // ab or ba, either with probability 1/2: log 2 + log 2 - log 2
    CHECK(one_step_loss({{{1, 2}, 0.5}, {{2, 1}, 0.5}}) == Approx(std::log(2.0)));
    // Two coins that know nothing of each other
    CHECK(one_step_loss({{{1, 1}, 0.25}, {{1, 2}, 0.25}, {{2, 1}, 0.25}, {{2, 2}, 0.25}}) ==
          Approx(0).margin(1e-12));
    // A name in three places, with four options: 3 log 4 - log 4
    CHECK(one_step_loss({{{1, 9, 1, 1}, 0.25},
                         {{2, 9, 2, 2}, 0.25},
                         {{3, 9, 3, 3}, 0.25},
                         {{4, 9, 4, 4}, 0.25}}) == Approx(2 * std::log(4.0)));
    CHECK(one_step_loss({{{5, 6, 7}, 1.0}}) == 0);
}

TEST_CASE("one step: texts of other lengths, or none, are refused") {
    CHECK(error_of([] { one_step_loss({}); }) == "one step: expected texts, got none");
    CHECK(error_of([] {
              one_step_loss({{{1, 2}, 0.5}, {{1}, 0.5}});
          }) == "one step: expected texts of 2 tokens, got one of 1");
}

TEST_CASE("a world with choices loses in one step, the fixed one does not") {
    const Tokenizer tokenizer = train_task_tokenizer(640, World{}, RandomKey{3});
    const WorldFigures free = measure_world(Choices::free, tokenizer, 96, {4}, 20);
    CHECK(free.one_step_loss > 10);
    CHECK(free.tokens_per_program > 45);
    const WorldFigures fixed = measure_world(Choices::fixed, tokenizer, 96, {4}, 20);
    CHECK(fixed.one_step_loss == 0);
    CHECK(fixed.tokens_per_program > 45);
    CHECK(fixed.tokens_per_program < free.tokens_per_program);
}
