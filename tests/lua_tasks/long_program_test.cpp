// Long programs: their neighbours, and hidden tests that tell them from these.
#include <algorithm>

#include "lua_tasks/evaluate.h"
#include "lua_tasks/generator.h"
#include "lua_tasks/grammar.h"
#include "lua_tasks/hidden_tests.h"
#include "lua_tasks/judge.h"
#include "lua_tasks/render.h"
#include "lua_tasks/space.h"
#include "tests/support/catch.h"

using namespace seed;

namespace {

const RandomKey key{21};

struct Count {
    int caught = 0, all = 0;
    double share() const { return double(caught) / all; }
};

}  // namespace

TEST_CASE("tests of a long program have numbers around the constants of its second stage") {
    double around = 0, all = 0;
    for (int i = 0; i < 400; ++i) {
        RandomStream random(key.fork("second stage"), std::uint64_t(i));
        const LongProgram p = random_long_program(random);
        if (!is_list(p.first.source) || item_type(p.first.source) != ItemType::number) continue;
        // Where nothing else attracts numbers to that place
        const int constant = p.second.filter.first.constant;
        const auto is_far = [&](int other) { return std::abs(constant - other) > 2; };
        if (!is_far(0) || !is_far(5) || !is_far(p.first.filter.first.constant) ||
            !is_far(p.first.filter.second.constant)) {
            continue;
        }
        for (const TaskTest& test : hidden_tests(p, random)) {
            for (const Value& number : test.arguments[0].list()) {
                ++all;
                for (const int offset : {-1, 0, 1}) around += number == Value(constant + offset);
            }
        }
    }
    INFO(around << " of " << all);
    CHECK(all > 1000);
    CHECK(around >= 0.08 * all);  // by chance 0.04: 3 of 41 for every other number
}

TEST_CASE("a long program's neighbours change each stage that it has, and no two results are one") {
    int thirds = 0;
    for (int i = 0; i < 60; ++i) {
        RandomStream random(key.fork("stages"), std::uint64_t(i));
        LongProgram p = random_long_program(random);
        const bool has_third = p.shape != LongShape::two_stages;
        bool is_there = false;
        for (const LongProgram& other : neighbours(p)) {
            is_there = is_there || (other.first == p.first && other.second == p.second &&
                                    other.third != p.third);
        }
        CHECK(is_there == has_third);
        thirds += has_third;
        if (p.shape != LongShape::two_results) continue;
        p.third = p.second;
        CHECK_FALSE(is_valid(p));
    }
    CHECK(thirds > 10);
}

namespace {

// Some of 200 inputs tells them apart: a second filter often changes nothing behind the first.
bool differ(const LongProgram& a, const LongProgram& b) {
    for (std::uint64_t i = 0; i < 200; ++i) {
        RandomStream random(key.fork("inputs"), i);
        Value::List list;
        for (int n = random.between(1, 12); n > 0; --n) list.emplace_back(random.between(-20, 20));
        const Value argument =
            a.first.source == Source::range ? Value(random.between(1, 25)) : Value(list);
        if (!(evaluate(a, argument) == evaluate(b, argument))) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("hidden tests fail at least 95 % of the neighbours of long programs") {
    Count count;
    for (int i = 0; i < 100; ++i) {
        RandomStream random(key.fork("long"), std::uint64_t(i));
        const LongProgram program = random_long_program(random);
        const std::vector<TaskTest> tests = hidden_tests(program, random);
        for (const LongProgram& other : neighbours(program)) {
            if (!differ(program, other)) continue;
            ++count.all;
            count.caught += judge(render(other, random_surface(random)).program, tests).verdict !=
                            Verdict::passed;
        }
    }
    INFO("neighbours caught: " << count.caught << " of " << count.all);
    CHECK(count.all > 2000);
    CHECK(count.share() >= 0.95);
}
