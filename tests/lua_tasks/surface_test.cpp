// What is free in a program, and what that is worth in nats.
#include "lua_tasks/surface.h"

#include <cmath>
#include <map>

#include "lua_tasks/evaluate.h"
#include "lua_tasks/generator.h"
#include "lua_tasks/grammar.h"
#include "lua_tasks/hidden_tests.h"
#include "lua_tasks/judge.h"
#include "lua_tasks/long_program.h"
#include "lua_tasks/render.h"
#include "lua_tasks/space.h"
#include "tests/support/catch.h"

using namespace seed;

namespace {

constexpr std::size_t points = std::size_t(ChoicePoint::count);

template <class Program>
std::map<std::string, double> all_programs(const Program& program) {
    std::map<std::string, double> found;
    for_each_program([&](const Surface& surface) { return render(program, surface); },
                     [&](const std::string& text, double p) { found[text] += p; });
    return found;
}

double entropy(const std::map<std::string, double>& programs) {
    double sum = 0;
    for (const auto& [text, p] : programs) sum -= p * std::log(p);
    return sum;
}

Composition composition_from(Source source, std::uint64_t index) {
    RandomStream random(RandomKey{17}.fork(std::uint64_t(source)), index);
    Composition c = random_composition(random);
    while (c.source != source) c = random_composition(random);
    return c;
}

}  // namespace

TEST_CASE("forms and entropy of a composition are those of all its programs, for every source") {
    for (std::size_t s = 0; s < std::size_t(Source::count); ++s) {
        for (std::uint64_t i = 0; i < 4; ++i) {
            const Composition c = composition_from(Source(s), i);
            const auto programs = all_programs(c);
            const ProgramDistribution known =
                distribution_of([&](const Surface& surface) { return render(c, surface); });
            INFO(render_prompt(c));
            double sum = 0;
            for (const auto& [text, p] : programs) sum += p;
            CHECK(sum == Approx(1).epsilon(1e-9));
            CHECK(double(programs.size()) == known.forms);
            CHECK(entropy(programs) == Approx(known.entropy).epsilon(1e-9));
        }
    }
}

TEST_CASE("the nats of a rendering are those of its program") {
    for (std::uint64_t i = 0; i < 12; ++i) {
        const Composition c = composition_from(Source(i % std::size_t(Source::count)), 20 + i);
        const auto programs = all_programs(c);
        RandomStream random(RandomKey{23}, i);
        for (int form = 0; form < 8; ++form) {
            const Rendering rendering = render(c, random_surface(random));
            CHECK(rendering.nats() == Approx(-std::log(programs.at(rendering.program))));
        }
    }
}

TEST_CASE("every program of a composition passes its hidden tests") {
    for (std::size_t s = 0; s < std::size_t(Source::count); ++s) {
        for (std::uint64_t i = 0; i < 3; ++i) {
            const Composition c = composition_from(Source(s), 40 + i);
            RandomStream random(RandomKey{29}, i);
            const std::vector<TaskTest> tests = hidden_tests(c, random);
            for (const auto& [program, p] : all_programs(c)) {
                const Judgement judgement = judge(program, tests);
                INFO(program << judgement.message);
                REQUIRE(judgement.verdict == Verdict::passed);
            }
        }
    }
}

TEST_CASE("each form of each kind's code computes what the kind says") {
    // Compositions enough that every predicate, map, reduction and loop is met in every form
    std::size_t programs = 0;
    for (std::uint64_t i = 0; i < 4000; ++i) {
        RandomStream random(RandomKey{31}, i);
        const Composition c = random_composition(random);
        const std::vector<TaskTest> tests = hidden_tests(c, random);
        const Judgement judgement = judge(render(c, random_surface(random)).program, tests);
        INFO(render_prompt(c) << judgement.message);
        REQUIRE(judgement.verdict == Verdict::passed);
        ++programs;
    }
    CHECK(programs == 4000);
}

TEST_CASE("long programs know their entropy, too") {
    for (std::uint64_t i = 0, done = 0; done < 2; ++i) {
        RandomStream random(RandomKey{37}, i);
        const LongProgram program = random_long_program(random);
        const ProgramDistribution known =
            distribution_of([&](const Surface& surface) { return render(program, surface); });
        if (known.forms > 60'000) continue;
        ++done;
        const auto programs = all_programs(program);
        CHECK(double(programs.size()) == known.forms);
        CHECK(entropy(programs) == Approx(known.entropy).epsilon(1e-9));
    }
}

TEST_CASE("surfaces are drawn evenly, and fixed choices are the first of each") {
    RandomStream random(RandomKey{41}, 0);
    std::array<int, 4> counts{};
    for (int i = 0; i < 4000; ++i) ++counts[random_surface(random).option(ChoicePoint::item, 4)];
    for (const int n : counts) CHECK(std::abs(n - 1000) < 120);
    const Surface fixed = random_surface(random, Choices::fixed);
    for (std::size_t p = 0; p < points; ++p) CHECK(fixed.option(ChoicePoint(p), 4) == 0);
}

TEST_CASE("item, argument and result have at least four names each, none of them shared") {
    for (std::size_t s = 0; s < std::size_t(Source::branch); ++s) {
        const SourceWord& source = word_of(Source(s));
        for (const Reduction reduction : reductions_for(Source(s))) {
            std::map<std::string_view, int> uses;
            for (const Names* names : {&source.item, &source.argument, &word_of(reduction).names,
                                       &function_names, &second_result_names,
                                       &third_result_names}) {
                for (const std::string_view name : *names) ++uses[name];
            }
            CHECK(uses.size() == 24);
        }
    }
}

TEST_CASE("the programs of a task are those of its prompt, its own among them") {
    for (std::uint64_t i = 0; i < 20; ++i) {
        const Task task = generate_task(TaskFamily::generation, Choices::free, Split::held_out, {3}, i);
        double own = 0;
        for_each_program_of_task(Split::held_out, {3}, i, [&](const std::string& text, double p) {
            if (text == task.completion) own = p;
        });
        CHECK(-std::log(own) == Approx(task.completion_nats));
    }
}
