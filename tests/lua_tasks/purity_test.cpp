// A judgement depends on the program and its tests: not on addresses, the time, or luck.
#include <alloca.h>

#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/require.h"
#include "lua_tasks/judge.h"
#include "tests/support/catch.h"

using namespace seed;

namespace {

std::string judged(const std::string& program, const JudgeLimits& limits) {
    const std::vector<TaskTest> tests = {{{Value::List{5, 1, 4}}, "nothing"}};
    const Judgement judgement = judge(program, tests, limits);
    return fmt::format("{}: {}", verdict_name(judgement.verdict), judgement.message);
}

// What the program is told in threads that differ in the depth of their stack and in what was
// allocated before: every seed and address that Lua could take from there differs as well.
std::vector<std::string> judged_differently(const std::string& program,
                                            const JudgeLimits& limits = {}) {
    constexpr std::size_t times = 16;
    std::vector<std::string> results(times);
    for (std::size_t i = 0; i < times; ++i) {
        const std::unique_ptr<char[]> before(new char[1 + 1000 * i]);
        std::thread([&, i] {
            auto* depth = static_cast<volatile char*>(alloca(1 + 112 * i));
            depth[0] = before[0] = 0;
            results[i] = judged(program, limits);
        }).join();
    }
    return results;
}

bool is_pure(const std::string& program, const JudgeLimits& limits = {}) {
    const std::vector<std::string> results = judged_differently(program, limits);
    for (const std::string& result : results) {
        UNSCOPED_INFO(result);
        if (result != results[0]) return false;
    }
    return true;
}

std::string with_keys(const std::string& body) {
    return "function f(xs)\n"
           "local t, s = {low = 0, high = 9, left = 4, right = 5, top = 6, [xs] = 1, [f] = 2, "
           "[{}] = 3, [{}] = 7, [function() end] = 8, [math.abs] = 10, [2.5] = 11, [true] = 12, "
           "[ipairs(xs)] = 13, [pairs(xs)] = 14, [('x'):gmatch('x')] = 15}, ''\n" +
           body + "\nreturn s\nend";
}

// Sets and deletes random keys of a table, some of them 1 ... 6, and notes its length: whether the
// place of a deleted key is used again, and thus when the table grows, hangs on the hashes.
std::string churn(int keys, const std::string& key) {
    return fmt::format(
        "function f(xs)\n"
        "local s, r, t, keys = 0, 1, {{}}, {{}}\n"
        "for i = 1, {0} do keys[i] = {1} end\n"
        "local function below(n) r = (r * 1103515245 + 12345) % 2147483648\n"
        "  return r // 65536 % n end\n"
        "for i = 1, 2000 do\n"
        "  local k = below(2) == 0 and keys[1 + below({0})] or 1 + below(6)\n"
        "  if t[k] == nil then t[k] = i else t[k] = nil end\n"
        "  s = s * 3 + #t\n"
        "end\n"
        "return s\nend", keys, key);
}

}  // namespace

TEST_CASE("the order of a table's keys is the same in every run") {
    CHECK(is_pure(with_keys("for _, v in pairs(t) do s = s .. v .. ' ' end")));
    CHECK(is_pure(with_keys("for _, v in next, t do s = s .. v .. ' ' end")));
    CHECK(is_pure(with_keys("local k, v = next(t) while k do s = s .. v k, v = next(t, k) end")));
    CHECK(is_pure(with_keys("for k, v in pairs(t) do error(v) end")));
    CHECK(is_pure(with_keys("for k in pairs(t) do return k .. '' end")));
    CHECK(is_pure(with_keys("for n in pairs(math) do s = s .. n end")));
}

TEST_CASE("a program whose answer hangs on the order of keys is always right or always wrong") {
    const std::string program =
        "function f(vs)\n"
        "  local limit = {low = 0, high = 9}\n  local first\n"
        "  for k, v in pairs(limit) do first = first or v end\n"
        "  local count = 0\n"
        "  for i = 1, #vs, 2 do\n    if vs[i] > first then count = count + 1 end\n  end\n"
        "  return count\nend\n";
    CHECK(is_pure(program));
}

TEST_CASE("a table or function as text is the same in every run, and tells it from others") {
    for (const std::string value : {"xs", "f", "{}", "print", "math.abs", "ipairs(xs)", "next",
                                    "function() end", "('x'):gmatch('x')"}) {
        CAPTURE(value);
        CHECK(is_pure("function f(xs) return tostring(" + value + ") end"));
        CHECK(is_pure("function f(xs) error(tostring(" + value + ")) end"));
        CHECK(is_pure("function f(xs) return table.concat({" + value + "}) end"));
        CHECK(is_pure("function f(xs) return 'x' .. " + value + " end"));
        CHECK(is_pure("function f(xs) return tostring(" + value + ") < 'table: 5' end"));
        CHECK(is_pure("function f(xs) return (" + value + ").x.y end"));
    }
    const auto holds = [](const std::string& condition) {
        return judged("function f(xs) return " + condition + " end", {}) ==
               "wrong answer: f({5, 1, 4}): expected \"nothing\", got true";
    };
    CHECK(holds("tostring(xs) == tostring(xs) and tostring(xs) ~= tostring({})"));
    CHECK(holds("tostring(xs):match('^table: %d+$') ~= nil"));
    CHECK(holds("tostring(f):match('^function: %d+$') ~= nil"));
    CHECK(holds("tostring(12) .. tostring(nil) .. tostring(true) == '12niltrue'"));
}

TEST_CASE("the length of a list with holes is the same in every run") {
    const JudgeLimits limits{.instructions = 200'000};
    for (const std::string key : {"'k' .. i", "{}", "function() return i end"}) {
        CAPTURE(key);
        CHECK(is_pure(churn(128, key), limits));
    }
    CHECK(is_pure("function f() return {1, nil, 3, nil, 5} end"));
}

TEST_CASE("where the memory ends is the same in every run") {
    for (const std::string key : {"'k' .. i", "{}"}) {
        for (std::size_t bytes = 20'000; bytes < 44'000; bytes += 300) {
            CAPTURE(key, bytes);
            CHECK(is_pure(churn(128, key), {.instructions = 200'000, .memory_bytes = bytes}));
        }
    }
}

TEST_CASE("sorting does the same in every run") {
    const auto sorting = [](int n) {
        return fmt::format(
            "function f(xs)\n local t, s = {{}}, ''\n"
            "for i = 1, {} do t[i] = {{i % 2, i}} end\n"
            "table.sort(t, function(a, b) return a[1] < b[1] end)\n"
            "for _, p in ipairs(t) do s = s .. p[2] .. ' ' end\nreturn s\nend",
            n);
    };
    for (int n : {2, 20, 100}) CHECK(is_pure(sorting(n), {.instructions = 100'000}));
    CHECK(judged(sorting(101), {}) ==
          "runtime error: program:4: expected at most 100 items to sort, got 101");
}
