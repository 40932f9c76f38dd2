#include "lua_tasks/generator.h"

#include "lua_tasks/evaluate.h"
#include "lua_tasks/judge.h"
#include "lua_tasks/render.h"
#include "lua_tasks/space.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

#include <array>
#include <cmath>
#include <map>
#include <set>
#include <unordered_set>

using namespace seed;

namespace {

const RandomKey key{11};

// The pieces that the tokenizer's pre-tokenizer cuts a text into, roughly: runs of letters with
// one character before them, digits, runs of punctuation, runs of space. Merges never cross them.
std::size_t count_pieces(std::string_view text) {
    std::size_t pieces = 0;
    const auto is = [&](std::size_t i, int (*kind)(int)) {
        return i < text.size() && kind(text[i]);
    };
    for (std::size_t i = 0; i < text.size(); ++pieces) {
        if (is(i, std::isdigit)) {
            ++i;
        } else if (is(i, std::isalpha) || (text[i] != '\n' && is(i + 1, std::isalpha))) {
            for (++i; is(i, std::isalpha);) ++i;
        } else if (is(i, std::ispunct) || (text[i] == ' ' && is(i + 1, std::ispunct))) {
            for (++i; is(i, std::ispunct);) ++i;
            while (i < text.size() && text[i] == '\n') ++i;
        } else {
            const std::size_t begin = i;
            while (is(i, std::isspace)) ++i;
            if (i - begin > 1 && text[i - 1] == ' ' && !is(i, std::isdigit)) --i;
        }
    }
    return pieces;
}

Task task_of(TaskFamily family, Split split, int index, Choices choices = Choices::free) {
    return generate_task(family, choices, split, key, std::uint64_t(index));
}

constexpr std::array families = {TaskFamily::generation, TaskFamily::edit,
                                 TaskFamily::long_program};

}  // namespace

TEST_CASE("there are at least 100,000 distinct compositions, one in ten held out") {
    std::unordered_set<std::uint64_t> folds;
    for_each_composition([&](const Composition& c) {
        if (c.source != Source::branch) folds.insert(composition_hash(c));
    });
    CHECK(folds.size() >= 100'000);  // without the branches, too
    const TaskSpace space = measure_task_space();
    CHECK(space.compositions > folds.size());
    CHECK(double(space.held_out) / double(space.compositions) == Approx(0.1).margin(0.005));
    CHECK(space.programs > 100.0 * double(space.compositions));
    CHECK(space.nats_per_program >= 4);
    double nats = 0, squares = 0;
    const int n = 20'000;
    for (int i = 0; i < n; ++i) {
        const double x = task_of(TaskFamily::generation, Split::train, i).completion_nats;
        nats += x, squares += x * x;
    }
    const double mean = nats / n, error = std::sqrt((squares / n - mean * mean) / n);
    CHECK(std::abs(mean - space.nats_per_program) < 4 * error);
    CHECK(error < 0.02);
}

TEST_CASE("every composition that is drawn is one that the enumeration counts") {
    std::unordered_set<std::uint64_t> distinct;
    for_each_composition([&](const Composition& c) { distinct.insert(composition_hash(c)); });
    for (int i = 0; i < 3000; ++i) {
        CHECK(distinct.contains(task_of(TaskFamily::generation, Split::train, i).composition));
        CHECK(distinct.contains(task_of(TaskFamily::edit, Split::train, i).composition));
    }
}

TEST_CASE("training and held-out tasks share no composition") {
    for (TaskFamily family : families) {
        std::set<std::uint64_t> train;
        const int n = family == TaskFamily::long_program ? 500 : 3000;  // long ones take longer
        for (int i = 0; i < n; ++i) train.insert(task_of(family, Split::train, i).composition);
        for (int i = 0; i < n / 2; ++i) {
            const Task task = task_of(family, Split::held_out, i);
            CHECK(split_of(task.composition) == Split::held_out);
            CHECK(!train.contains(task.composition));
        }
    }
}

TEST_CASE("a task depends on its arguments only") {
    for (TaskFamily family : families) {
        const Task later = task_of(family, Split::train, 5);
        (void)task_of(family, Split::train, 4);
        const Task again = task_of(family, Split::train, 5);
        CHECK(later.prompt == again.prompt);
        CHECK(later.completion == again.completion);
        CHECK(later.completion_nats == again.completion_nats);
        REQUIRE(later.tests.size() == again.tests.size());
        for (std::size_t i = 0; i < later.tests.size(); ++i) {
            CHECK(later.tests[i].arguments == again.tests[i].arguments);
            CHECK(later.tests[i].expected == again.tests[i].expected);
        }
        CHECK(later.prompt != task_of(family, Split::train, 6).prompt);
        CHECK(later.prompt != generate_task(family, Choices::free, Split::train, RandomKey{12}, 5).prompt);
    }
}

TEST_CASE("programs that compute the same are one composition") {
    const auto hash = [](Filter filter) {
        return composition_hash({Source::each, filter, {}, {}, {}});
    };
    const Predicate even{PredicateKind::even, 0};
    const auto even_above = [&](int c) {
        return Filter{Join::both, even, {PredicateKind::above, c}};
    };
    CHECK(hash(even_above(2)) == hash(even_above(3)));
    CHECK(hash(even_above(3)) != hash(even_above(4)));
    CHECK(hash({Join::one, even, {}}) != hash({Join::one, {PredicateKind::odd, 0}, {}}));
}

TEST_CASE("the reference program of every task passes its hidden tests") {
    for (TaskFamily family : families) {
        const int n = family == TaskFamily::long_program ? 500 : 2000;
        for (int i = 0; i < n; ++i) {
            const Task task = task_of(family, i % 2 ? Split::train : Split::held_out, i);
            // With half of the usual limits: there is room for clumsier programs
            const Judgement judgement = judge(task.completion, task.tests, {20'000, 64 * 1024});
            INFO(task.prompt << task.completion << judgement.message);
            REQUIRE(judgement.verdict == Verdict::passed);
        }
    }
}

TEST_CASE("a task has six to nine hidden tests, a long one up to sixteen, the empty input first") {
    for (int i = 0; i < 1000; ++i) {
        const TaskFamily family = i % 2 ? TaskFamily::long_program : TaskFamily::generation;
        const Task task = task_of(family, Split::train, i);
        CHECK(task.tests.size() >= 6);
        CHECK(task.tests.size() <= (family == TaskFamily::generation ? 9 : 16));
        const std::string first = lua_literal(task.tests[0].arguments[0]);
        CHECK((first == "{}" || first == "0" || first == "\"\""));
    }
}

TEST_CASE("tasks leave room on their canvas for words that the tokenizer splits") {
    std::size_t completion_pieces = 0;
    const int n = 5000;
    for (int i = 0; i < n; ++i) {
        const Task generation = task_of(TaskFamily::generation, Split::train, i);
        const Task edit = task_of(TaskFamily::edit, Split::train, i);
        CHECK(count_pieces(generation.prompt + generation.completion) <= 92);
        CHECK(count_pieces(edit.prompt + edit.original) <= 92);
        CHECK(count_pieces(edit.prompt + edit.completion) <= 92);
        completion_pieces += count_pieces(generation.completion);
    }
    CHECK(completion_pieces >= 45u * n);
}

TEST_CASE("long tasks fit a canvas of 256, with completions of 120 tokens and more on average") {
    std::size_t completion_pieces = 0;
    const int n = 500;
    for (int i = 0; i < n; ++i) {
        const Task task = task_of(TaskFamily::long_program, Split::train, i);
        CHECK(count_pieces(task.prompt + task.completion) <= 250);
        completion_pieces += count_pieces(task.completion);
    }
    CHECK(completion_pieces >= 120u * n);
}

TEST_CASE("the two worlds of choices have the same prompts and hidden tests") {
    for (TaskFamily family : {TaskFamily::generation, TaskFamily::long_program}) {
        int of_other_form = 0;
        for (int i = 0; i < 300; ++i) {
            const Task free = task_of(family, Split::train, i);
            const Task fixed = task_of(family, Split::train, i, Choices::fixed);
            CHECK(free.prompt == fixed.prompt);
            CHECK(free.composition == fixed.composition);
            REQUIRE(free.tests.size() == fixed.tests.size());
            CHECK(judge(fixed.completion, free.tests).verdict == Verdict::passed);
            CHECK(fixed.completion_nats == 0);
            of_other_form += free.completion != fixed.completion;
        }
        CHECK(of_other_form > 280);
    }
}

TEST_CASE("one prompt has one fixed program, and one composition") {
    std::map<std::string, std::pair<std::string, std::uint64_t>> programs;
    for (int i = 0; i < 20'000; ++i) {
        const Task task = task_of(TaskFamily::generation, Split::train, i, Choices::fixed);
        const auto [entry, is_new] =
            programs.try_emplace(task.prompt, task.completion, task.composition);
        CHECK(entry->second.first == task.completion);
        CHECK(entry->second.second == task.composition);
    }
    CHECK(programs.size() < 19'500);  // some prompts came twice
}

TEST_CASE("a prompt names nothing that its program is free in") {
    for (int i = 0; i < 400; ++i) {
        const Task task = task_of(TaskFamily::long_program, Split::train, i);
        // "each number from 1 if even: plus 2" has no word of the program but its numbers
        for (const std::string_view word : {" x", " xs", " n ", " i ", "total", "result", "acc",
                                            "ipairs", "while", "insert", "values"}) {
            CHECK(task.prompt.find(word) == std::string::npos);
        }
    }
}

TEST_CASE("names of families and choices are read as they are written") {
    for (TaskFamily family : families) CHECK(family_from(family_name(family)) == family);
    for (Choices choices : {Choices::free, Choices::fixed}) {
        CHECK(choices_from(choices_name(choices)) == choices);
    }
    CHECK(error_of([] { family_from("short"); }) ==
          "family: expected generation, edit or long, got short");
    CHECK(error_of([] { choices_from("some"); }) == "choices: expected free or fixed, got some");
}
