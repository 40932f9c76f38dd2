// Hidden tests must fail the programs that are nearly right.
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

TEST_CASE("hidden tests fail at least 95 % of the neighbouring programs") {
    Count count;
    for (int i = 0; i < 600; ++i) {
        RandomStream random(key, std::uint64_t(i));
        const Composition c = random_composition(random);
        const std::vector<TaskTest> tests = hidden_tests(c, random);
        for (const Composition& other : neighbours(c)) {
            if (composition_hash(other) == composition_hash(c)) continue;
            const std::string program = render(other, random_surface(random)).program;
            ++count.all;
            count.caught += judge(program, tests).verdict != Verdict::passed;
        }
    }
    INFO("neighbours caught: " << count.caught << " of " << count.all);
    CHECK(count.all > 5000);
    CHECK(count.share() >= 0.95);
}

TEST_CASE("a hidden test has c - 1, c and c + 1 in one list, for each constant of its filter") {
    int lists = 0;
    for (int i = 0; i < 400; ++i) {
        RandomStream random(key.fork("boundaries"), std::uint64_t(i));
        const Composition c = random_composition(random);
        if (!is_list(c.source)) continue;
        ++lists;
        std::vector<Value> around;
        for (const Predicate& predicate : {c.filter.first, c.filter.second}) {
            for (const int offset : {-1, 0, 1}) around.emplace_back(predicate.constant + offset);
        }
        const auto tests = hidden_tests(c, random);
        CHECK(std::any_of(tests.begin(), tests.end(), [&](const TaskTest& test) {
            const Value::List& list = test.arguments[0].list();
            return std::all_of(around.begin(), around.end(), [&](const Value& value) {
                return std::find(list.begin(), list.end(), value) != list.end();
            });
        }));
    }
    CHECK(lists > 200);
}

TEST_CASE("the letter that a filter asks for is frequent in its tests' texts") {
    // Of two filters it is the second
    const bool is_joined = GENERATE(false, true);
    std::size_t asked_for = 0, all = 0;
    for (int i = 0; i < 6000; ++i) {
        RandomStream random(key.fork("letters"), std::uint64_t(i));
        const Composition c = random_composition(random);
        const bool joined = c.filter.join == Join::both || c.filter.join == Join::either;
        const Predicate& filter = is_joined ? c.filter.second : c.filter.first;
        if ((is_joined ? !joined : c.filter.join != Join::one) ||
            (filter.kind != PredicateKind::same && filter.kind != PredicateKind::other)) {
            continue;
        }
        if (is_joined && filter.constant == c.filter.first.constant) continue;
        const char letter = letters[std::size_t(filter.constant)];
        for (const TaskTest& test : hidden_tests(c, random)) {
            const std::string& text = test.arguments[0].text();
            asked_for += std::size_t(std::count(text.begin(), text.end(), letter));
            all += text.size();
        }
    }
    INFO(asked_for << " of " << all);
    CHECK(all > 500);
    CHECK(double(asked_for) >= 0.2 * double(all));  // one of the 18 letters would be 0.06
}

TEST_CASE("hidden tests fail the programs of other random tasks") {
    Count count;
    for (std::uint64_t i = 0; i < 1500; ++i) {
        const Task a = generate_task(TaskFamily::generation, Choices::free, Split::train, key, i);
        const Task b =
            generate_task(TaskFamily::generation, Choices::free, Split::train, key, i + 1);
        if (a.composition == b.composition) continue;
        ++count.all;
        count.caught += judge(b.completion, a.tests).verdict != Verdict::passed;
    }
    CHECK(count.share() >= 0.99);
}

TEST_CASE("hidden tests fail programs with slips of the pen") {
    struct Slip {
        std::string_view right, wrong;
    };
    // Only slips that change what is computed: "> 3" and ">= 3" can be the same among even numbers
    const auto slip = GENERATE(Slip{" + ", " - "}, Slip{" * ", " + "}, Slip{" and ", " or "},
                               Slip{" == 0", " == 1"}, Slip{"    if", "    if not"},
                               Slip{"  return ", "  return not "});
    Count count;
    for (std::uint64_t i = 0; i < 1500; ++i) {
        const Task task =
            generate_task(TaskFamily::generation, Choices::free, Split::train, key, i);
        std::string program = task.completion;
        const std::size_t place = program.find(slip.right);
        if (place == std::string::npos) continue;
        program.replace(place, slip.right.size(), slip.wrong);
        ++count.all;
        count.caught += judge(program, task.tests).verdict != Verdict::passed;
    }
    INFO(slip.right << " -> " << slip.wrong << ": " << count.caught << " of " << count.all);
    CHECK(count.all > 50);
    // "r = v - r" passes where no input has two items that count
    CHECK(count.share() >= (slip.right == " + " ? 0.96 : 0.98));
}

TEST_CASE("no constant program passes") {
    for (std::uint64_t i = 0; i < 500; ++i) {
        const Task task =
            generate_task(TaskFamily::generation, Choices::free, Split::held_out, key, i);
        INFO(task.prompt);
        for (const TaskTest& test : task.tests) {
            const auto same = [&](const TaskTest& t) { return t.expected == test.expected; };
            CHECK(!std::all_of(task.tests.begin(), task.tests.end(), same));
        }
    }
}
