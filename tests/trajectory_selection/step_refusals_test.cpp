// What steps on the host refuse.
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "trajectory_selection/order_sampling.h"
#include "trajectory_selection/score.h"

using namespace seed;

TEST_CASE("a step refuses texts that do not fit, and rules that no order is drawn by") {
    const HostMatrix<float> logits(3, 5);
    const std::vector<Index> masked{0, 2, 3};
    const std::vector<std::int32_t> three{1, 2, 4}, two{1, 2}, wrong{1, 5, 4};
    const auto error = [&](const std::vector<std::int32_t>& tokens, OrderRule rule) {
        const std::vector<OrderedText> texts{{masked, tokens, 0, rule, {}}};
        return error_of([&] { order_step(HostView<const float>(logits.view()), texts); });
    };
    CHECK(error(three, {}).empty());
    CHECK(error(two, {}) == "order: expected a token for each of 3 masked positions, got 2");
    CHECK(error(wrong, {}) == "target log p: expected a token in 0 ... 4, got 5");
    CHECK(error(three, {.rule = RevealRule::ancestral}) ==
          "order: expected positions revealed by count or threshold, got another rule");
    CHECK(error(three, {.steps = 0}) == "order: expected 1 ... 1000000 steps, got 0");
    CHECK(error_of([&] { order_step(HostView<const float>(logits.view()), {}); }) ==
          "target log p: expected 3 targets, got 0");
}

TEST_CASE("scores refuse parts that are no parts of the rows") {
    const HostMatrix<float> logits(3, 5);
    const std::vector<std::int32_t> targets{1, 2, 4};
    for (const std::vector<Index>& bounds :
         {std::vector<Index>{}, std::vector<Index>{0, 2}, std::vector<Index>{0, 4, 3}}) {
        const std::size_t parts = bounds.empty() ? 0 : bounds.size() - 1;
        CHECK(
            error_of([&] { score_steps(HostView<const float>(logits.view()), targets, bounds); }) ==
            fmt::format("segmented sum: expected 3 values cut into {} parts, got other bounds",
                        parts));
    }
}
