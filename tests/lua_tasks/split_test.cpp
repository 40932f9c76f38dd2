// Which tasks are held out, and what a training task shows of them. And how often each is drawn.
#include <cmath>
#include <map>

#include "lua_tasks/evaluate.h"
#include "lua_tasks/generator.h"
#include "lua_tasks/long_program.h"
#include "lua_tasks/prompt_grammar.h"
#include "lua_tasks/render.h"
#include "lua_tasks/space.h"
#include "tests/support/catch.h"

using namespace seed;

TEST_CASE("the lowest tenth of the hashes is held out: what is trained today is held out never") {
    // 2^32 / 10 = 429496729.6; the low half of a hash decides nothing
    constexpr std::uint64_t low_half = 0xFFFFFFFF;
    for (const std::uint64_t high : {0ull, 7ull, 429496729ull}) {
        CHECK(split_of(high << 32) == Split::held_out);
        CHECK(split_of(high << 32 | low_half) == Split::held_out);
    }
    for (const std::uint64_t high : {429496730ull, 858993459ull, 2147483648ull, 4294967295ull}) {
        CHECK(split_of(high << 32) == Split::train);
        CHECK(split_of(high << 32 | low_half) == Split::train);
    }
}

TEST_CASE("every part of a long program has a say in its hash") {
    const Composition sum, product{Source::each, {}, {}, {}, Reduction::product};
    const Composition branch{Source::branch, {}, {MapKind::squared, 0}, {}, {}};
    for (const LongShape shape :
         {LongShape::two_stages, LongShape::helper, LongShape::two_results}) {
        const auto hash = [&](const Composition& a, const Composition& b, const Composition& c) {
            return composition_hash(LongProgram{shape, a, b, c});
        };
        CHECK(hash(sum, sum, sum) != hash(product, sum, sum));
        CHECK(hash(sum, sum, sum) != hash(sum, product, sum));
        CHECK(hash(sum, product, sum) != hash(product, sum, sum));
        const bool has_third = shape != LongShape::two_stages;
        CHECK((hash(sum, sum, sum) != hash(sum, sum, branch)) == has_third);
    }
    const auto with_shape = [&](LongShape shape) {
        return composition_hash(LongProgram{shape, sum, product, branch});
    };
    CHECK(with_shape(LongShape::helper) != with_shape(LongShape::two_results));
}

TEST_CASE("no training edit shows a held-out composition as its original, a held-out one may") {
    // In the world of fixed choices a composition has one program. Another reduction is never a
    // planted bug, so the original is known where it is the target with one
    const auto originals = [](Split split, std::uint64_t tasks) {
        std::map<Split, int> counts;
        for (std::uint64_t i = 0; i < tasks; ++i) {
            const Task task =
                generate_task(TaskFamily::edit, Choices::fixed, split, RandomKey{43}, i);
            const Composition target = parse_prompt(task.prompt).value();
            for (const Composition& other : neighbours(target)) {
                if (other.reduction == target.reduction) continue;
                Surface surface;
                surface.result_named_after = other.reduction;
                if (render(other, surface).program != task.original) continue;
                ++counts[split_of(composition_hash(other))];
            }
        }
        return counts;
    };
    const auto shown_in_training = originals(Split::train, 2000);
    CHECK(shown_in_training.at(Split::train) > 150);
    CHECK(!shown_in_training.contains(Split::held_out));
    CHECK(originals(Split::held_out, 500).at(Split::train) > 30);
}

TEST_CASE("draw weights are the frequencies with which compositions are drawn") {
    using Kind = std::pair<Source, Join>;
    std::map<Kind, double> weights;
    double all = 0;
    for_each_composition([&](const Composition& c) {
        const double weight = draw_weight(c);
        weights[{c.source, c.filter.join}] += weight, all += weight;
    });
    std::map<Kind, int> drawn;
    const int draws = 40'000;
    RandomStream random(RandomKey{47}, 0);
    for (int i = 0; i < draws; ++i) {
        const Composition c = random_composition(random);
        ++drawn[{c.source, c.filter.join}];
    }
    CHECK(drawn.size() == weights.size());
    for (const auto& [kind, weight] : weights) {
        const double p = weight / all;
        INFO("source " << int(kind.first) << ", join " << int(kind.second));
        CHECK(std::abs(drawn[kind] / double(draws) - p) < 5 * std::sqrt(p * (1 - p) / draws));
    }
}
