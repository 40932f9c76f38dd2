// Programs that attack their host: each must end with a verdict, soon, and touch nothing.
#include "lua_tasks/judge.h"

#include "tests/support/catch.h"

#include <ctime>

using namespace seed;

namespace {

// Of the processor: other programs may be running.
double milliseconds() { return 1000.0 * double(std::clock()) / CLOCKS_PER_SEC; }

std::string repeat(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

// f(8 calls of it) with this body.
Judgement judge_body(const std::string& body) {
    const std::vector<TaskTest> tests(8, {{Value::List{3, 1, 2}}, 0});
    return judge("function f(xs)\n" + body + "\nend", tests);
}

}  // namespace

TEST_CASE("nothing of the host is within reach") {
    for (std::string name : {"io", "os", "debug", "package", "require", "load", "loadfile",
                             "dofile", "loadstring", "collectgarbage", "coroutine", "pcall",
                             "xpcall", "setmetatable", "getmetatable", "rawset", "rawget",
                             "rawequal", "print", "warn", "utf8", "_G", "string.rep",
                             "string.format", "string.gsub", "string.dump", "string.pack",
                             "('x').rep", "('x').dump", "table.move", "table.pack", "math.random",
                             "math.randomseed", "_ENV._G", "_ENV.io"}) {
        INFO(name);
        CHECK(judge_body("if " + name + " == nil then return 0 end").verdict == Verdict::passed);
    }
}

TEST_CASE("every attack ends with a verdict in time") {
    struct Attack {
        std::string name, body;
        std::vector<Verdict> verdicts;
    };
    const auto limit = Verdict::instruction_limit;
    const auto memory = Verdict::memory_limit;
    const auto runtime = Verdict::runtime_error;
    const std::vector<Attack> attacks = {
        {"an endless loop", "while true do end", {limit}},
        {"a loop by goto", "::a:: goto a", {limit}},
        {"a numeric loop", "for i = 1, math.maxinteger do end", {limit}},
        {"endless tail calls", "return f(xs)", {limit}},
        {"deep recursion", "return 1 + f(xs)", {limit, memory, runtime}},
        {"recursion through sort", "table.sort(xs, function() return f(xs) end)",
         {limit, memory, runtime}},
        {"doubling a string", "local s = 'x' while true do s = s .. s end", {memory}},
        {"joining long strings forever",
         "local s = 'x' for i = 1, 9 do s = s .. s end while true do local t = s .. 'y' end",
         {limit}},
        {"comparing long strings forever",
         "local a, b = 'x', 'x' for i = 1, 9 do a = a .. a b = b .. b end "
         "while true do local c = a == b end",
         {limit}},
        {"ordering long strings forever",
         "local a, b = 'x', 'x' for i = 1, 9 do a = a .. a b = b .. b end "
         "while true do local c = a < b end",
         {limit}},
        {"ordering strings of zero bytes",
         "local a, b = '\\0', '\\0' for i = 1, 9 do a = a .. a b = b .. b end ::again:: " +
             repeat("if a < b then end ", 16) + "goto again",
         {limit}},
        {"ordering long strings of zero bytes",
         "local a, b = '\\0', '\\0' for i = 1, 15 do a = a .. a b = b .. b end ::again:: " +
             repeat("if a < b then end ", 16) + "goto again",
         {memory}},
        {"sorting strings of zero bytes",
         "local a, t = '\\0', {} for i = 1, 9 do a = a .. a end "
         "for i = 1, 100 do t[i] = a end while true do table.sort(t) end",
         {limit}},
        {"long numbers as text",
         "local a = '1' for i = 1, 9 do a = a .. '1' .. a end while true do local b = a + 1 end",
         {memory}},
        {"numbers as text",
         "local a = '1' for i = 1, 8 do a = a .. '1' .. a end while true do local b = a + 1 end",
         {limit}},
        {"collecting garbage at the edge of the memory",
         "local t = {} for i = 1, 1545 do t[i] = {} end while true do local b = {} end",
         {limit, memory}},
        {"a huge table", "local t = {} for i = 1, 1e9 do t[i] = i end", {limit, memory}},
        {"a table of tables", "local t = {} while true do t = {t} end", {limit, memory}},
        {"a chain of closures", "local g while true do local h = g g = function() return h end end",
         {limit, memory}},
        {"an error that is a table", "error({})", {runtime}},
        {"an error that is nil", "error()", {runtime}},
        {"an error with control characters", "error('\\27[2J\\n\\0')", {runtime}},
        {"an error that claims to be out of memory", "error('not enough memory', 0)", {memory}},
        {"a method with __gc", "local t = {__gc = f} t:setmetatable()", {runtime}},
        {"a variable to close", "local x <close> = xs", {runtime}},
        {"exponential backtracking",
         "local s = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' return s:match('" + repeat("a?", 30) +
             repeat("a", 31) + "')",
         {limit}},
        {"polynomial backtracking",
         "local s = 'a' for i = 1, 9 do s = s .. s end return s:find('.-.-.-.-b')", {limit}},
        {"an iterator that backtracks",
         "local s = 'a' for i = 1, 9 do s = s .. s end for w in s:gmatch('.-.-b') do end", {limit}},
        {"balanced brackets",
         "local s = '(' for i = 1, 9 do s = s .. s end while true do s:find('%b()') end", {limit}},
        {"an iterator that is called again and again",
         "local s = 'a' for i = 1, 9 do s = s .. s end local g = s:gmatch('.-b') "
         "while true do g() end",
         {limit}},
        {"a malformed pattern", "return ('x'):match('[')", {runtime}},
        {"sorting forever",
         "local t = {} for i = 1, 100 do t[i] = -i end while true do table.sort(t) end", {limit}},
        {"sorting a long list", "for i = 1, 101 do xs[i] = -i end table.sort(xs)", {runtime}},
        {"sorting without order",
         "local t = {} for i = 1, 99 do t[i] = i end "
         "while true do table.sort(t, function() return true end) end",
         {limit, runtime}},
        {"inserting in front forever", "while true do table.insert(xs, 1, 0) end", {limit, memory}},
        {"joining a billion items", "return table.concat(xs, 'x', 1, 1e9)", {runtime}},
        {"unpacking a billion items", "return table.unpack(xs, 1, 1e9)", {runtime, memory}},
        {"unpacking many items forever", "while true do local a = table.unpack({}, 1, 4000) end",
         {limit}},
        {"upper case forever",
         "local s = 'x' for i = 1, 9 do s = s .. s end while true do s:upper() end", {limit}},
        {"comparing with itself by method", "xs.xs = xs return xs", {Verdict::wrong_answer}},
        {"a list with a hole far out", "xs[1 << 40] = 1 return xs", {Verdict::wrong_answer}},
        {"dividing by zero", "return 1 // 0", {runtime}},
        {"a wrapped sum", "return math.maxinteger + 1", {Verdict::wrong_answer}},
        {"bytecode from a string", "return load('\\27Lua')", {runtime}},
    };
    for (const Attack& attack : attacks) {
        const double start = milliseconds();
        const Judgement judgement = judge_body(attack.body);
        const double elapsed = milliseconds() - start;
        INFO(attack.name << ": " << verdict_name(judgement.verdict) << " in " << elapsed
                         << " ms: " << judgement.message);
        const auto& allowed = attack.verdicts;
        CHECK(std::find(allowed.begin(), allowed.end(), judgement.verdict) != allowed.end());
        CHECK(judgement.message.find_first_of("\n\x1b") == std::string::npos);
        CHECK(elapsed < 1000);  // 50 ms on an idle machine, but sanitizers are slow
    }
}

TEST_CASE("texts that are no programs are syntax errors") {
    const std::vector<TaskTest> tests = {{{1}, 1}};
    const auto verdict = [&](const std::string& text) { return judge(text, tests).verdict; };
    CHECK(verdict("return") == Verdict::runtime_error);  // a program, but without f
    CHECK(verdict("") == Verdict::runtime_error);
    CHECK(verdict("function function") == Verdict::syntax_error);
    CHECK(verdict("\x1bLua\x54") == Verdict::syntax_error);
    CHECK(verdict(std::string("x = 1\0y = 2", 11)) == Verdict::syntax_error);
    CHECK(verdict("\xff\xfe") == Verdict::syntax_error);
    CHECK(verdict("x = " + repeat("(", 1000)) == Verdict::syntax_error);
    CHECK(verdict("x = " + repeat("{", 1000)) == Verdict::syntax_error);
    CHECK(verdict(repeat("do ", 1000)) == Verdict::syntax_error);
    CHECK(verdict("x = " + repeat("-", 2) + repeat("not ", 3000)) != Verdict::passed);
    CHECK(verdict("x = '" + repeat("y", 100)) == Verdict::syntax_error);
}

TEST_CASE("a program of megabytes is refused before it is read") {
    const std::vector<TaskTest> tests = {{{1}, 1}};
    const std::string program = "function f(x) return x end --" + std::string(50'000'000, 'x');
    const double start = milliseconds();
    CHECK(judge(program, tests).verdict == Verdict::instruction_limit);
    CHECK(milliseconds() - start < 500);
}

TEST_CASE("limits can be set, and too small ones are verdicts as well") {
    const std::vector<TaskTest> tests(8, {{10}, 55});
    const std::string program =
        "function f(n) local s = 0 for i = 1, n do s = s + i end return s end";
    CHECK(judge(program, tests).verdict == Verdict::passed);
    CHECK(judge(program, tests, {.instructions = 100}).verdict == Verdict::instruction_limit);
    CHECK(judge(program, tests, {.instructions = -1}).verdict == Verdict::instruction_limit);
    for (std::size_t bytes = 0; bytes < 20'000; bytes += 250) {
        const Verdict verdict = judge(program, tests, {.memory_bytes = bytes}).verdict;
        CHECK((verdict == Verdict::memory_limit || verdict == Verdict::passed));
        if (bytes < 1000) CHECK(verdict == Verdict::memory_limit);
    }
}

TEST_CASE("the instruction limit spans all tests of a program") {
    const std::string program = "function f(n) for i = 1, n do end return n end";
    const std::vector<TaskTest> one(1, {{5000}, 5000}), many(20, {{5000}, 5000});
    CHECK(judge(program, one).verdict == Verdict::passed);
    CHECK(judge(program, many).verdict == Verdict::instruction_limit);
}
