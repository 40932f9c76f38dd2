#include "lua_tasks/judge.h"

#include "core/require.h"
#include "lua_tasks/generator.h"
#include "tests/support/catch.h"

#include <limits>
#include <thread>

using namespace seed;

namespace {

// What one call f(argument) earns a program that should have returned `expected`.
Judgement judge_once(std::string_view program, const Value& argument, const Value& expected) {
    const TaskTest test{{argument}, expected};
    return judge(program, std::span(&test, 1));
}

bool returns(std::string_view expression, const Value& expected) {
    const std::string program = fmt::format("function f() return {} end", expression);
    return judge_once(program, {}, expected).verdict == Verdict::passed;
}

}  // namespace

TEST_CASE("results are compared exactly, by type and value") {
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(returns("3", 3));
    CHECK(returns("3.0", 3));  // equal in Lua, too
    CHECK(!returns("'3'", 3));
    CHECK(!returns("3.0000001", 3));
    CHECK(!returns("2^63", std::numeric_limits<std::int64_t>::max()));
    CHECK(!returns("nil", 0));
    CHECK(!returns("false", Value()));
    CHECK(returns("nil", Value()));
    CHECK(returns("1 < 2", true));
    CHECK(!returns("1", true));
    CHECK(returns("-math.huge", -infinity));
    CHECK(!returns("math.huge", -infinity));
    CHECK(returns("'a\\0b'", std::string("a\0b", 3)));
    CHECK(!returns("'a'", std::string("a\0b", 3)));
    CHECK(!returns("5", "5"));
    CHECK(returns("4, 5", 4));  // further results are dropped, as in local x = f()
}

TEST_CASE("lists are compared item by item and may have no other key") {
    CHECK(returns("{}", Value::List{}));
    CHECK(returns("{1, 'a'}", Value::List{1, "a"}));
    CHECK(!returns("{1}", Value::List{1, "a"}));
    CHECK(!returns("{1, 'a', 2}", Value::List{1, "a"}));
    CHECK(!returns("{1, 'a', n = 2}", Value::List{1, "a"}));
    CHECK(!returns("{[0] = 0, 1, 'a'}", Value::List{1, "a"}));
    CHECK(!returns("{1, nil, 3}", Value::List{1, 3}));
    CHECK(!returns("{{}}", Value::List{1}));
    CHECK(returns("{{1}, {}}", Value::List{Value::List{1}, Value::List{}}));
    CHECK(!returns("'{}'", Value::List{}));
}

TEST_CASE("a verdict says what went wrong in one line") {
    const auto message = [](std::string_view program) {
        return judge_once(program, Value::List{1, 2}, 3).message;
    };
    CHECK(message("function f(xs) return #xs end") == "f({1, 2}): expected 3, got 2");
    CHECK(message("function f(xs) return {xs, 'a'} end") ==
          "f({1, 2}): expected 3, got {{...}, \"a\"}");
    CHECK(message("function f(xs) return f end") == "f({1, 2}): expected 3, got a function");
    CHECK(message("x = 1") == "expected a global function f, got nil");
    CHECK(message("function (") == "program:1: <name> expected near '('");
    CHECK(message("function f(xs)\n  return xs.a.b\nend") ==
          "program:2: attempt to index a nil value (field 'a')");
    CHECK(message("function f(xs)\n  return ('x'):upper(nil .. 1)\nend").starts_with("program:2:"));
    CHECK(message("function f(xs) return 3 end").empty());
    CHECK(verdict_name(Verdict::wrong_answer) == "wrong answer");
}

TEST_CASE("every test starts from a fresh interpreter") {
    const std::vector<TaskTest> tests = {{{1}, 1}, {{2}, 1}, {{3}, 1}};
    const Judgement counting = judge(
        "calls = 0\nfunction f(x)\n calls = calls + 1\n math.huge = 0\n return calls\nend", tests);
    CHECK(counting.verdict == Verdict::passed);
    const Judgement by_method =
        judge("function f(x) local v = ('a'):len() string.len = nil return v end", tests);
    CHECK(by_method.verdict == Verdict::passed);
}

TEST_CASE("a program that changes its argument does not change the test") {
    const std::vector<TaskTest> tests(2, {{Value::List{1, 2}}, 2});
    CHECK(judge("function f(xs) local n = #xs xs[3] = 1 return n end", tests).verdict ==
          Verdict::passed);
}

TEST_CASE("the verdict is that of the first failing test") {
    const std::vector<TaskTest> tests = {{{1}, 1}, {{2}, 3}, {{3}, 3}};
    CHECK(judge("function f(x) return x end", tests).message == "f(2): expected 3, got 2");
    CHECK(judge("function f(x) return x end", std::span(tests).first(1)).verdict ==
          Verdict::passed);
}

TEST_CASE("pass@1 is the share of tasks whose program passes") {
    std::vector<Task> tasks;
    std::vector<std::string> programs;
    for (std::uint64_t i = 0; i < 8; ++i) {
        tasks.push_back(generate_task(TaskFamily::generation, Choices::free, Split::held_out, {1}, i));
        programs.push_back(i < 6 ? tasks.back().completion : "function f() end");
    }
    CHECK(pass_at_1(programs, tasks) == 6.0 / 8);
    CHECK_THROWS_AS(pass_at_1({}, {}), Error);
    CHECK_THROWS_AS(pass_at_1(std::span(programs).first(3), tasks), Error);
}

TEST_CASE("judging in several threads at once gives the verdicts of one") {
    std::array<int, 4> passed{};
    std::vector<std::thread> threads;
    for (int& mine : passed) {
        threads.emplace_back([&mine] {
            for (std::uint64_t i = 0; i < 100; ++i) {
                const Task task = generate_task(TaskFamily::generation, Choices::free, Split::train, {3}, i);
                const std::string program = i % 2 ? task.completion : "function f() end";
                mine += judge(program, task.tests).verdict == Verdict::passed;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (int mine : passed) CHECK(mine == 50);
}
