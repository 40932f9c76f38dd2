#include "lua_tasks/judge.h"

#include "core/require.h"
#include "lua_tasks/lua_values.h"

#include <array>

namespace seed {
namespace {

struct Trial {
    std::string_view program;
    const TaskTest& test;
    bool is_loaded = false;
};

// Runs under lua_pcall with a pointer to the trial; returns what f returns.
int run_trial(lua_State* L) {
    Trial& trial = *static_cast<Trial*>(lua_touserdata(L, 1));
    open_allowed_libraries(L);
    charge(L, std::int64_t(trial.program.size()));
    if (luaL_loadbufferx(L, trial.program.data(), trial.program.size(), "=program", "t")) {
        return lua_error(L);
    }
    trial.is_loaded = true;
    lua_call(L, 0, 0);
    if (lua_getglobal(L, "f") != LUA_TFUNCTION) {
        luaL_error(L, "expected a global function f, got %s", luaL_typename(L, -1));
    }
    for (const Value& argument : trial.test.arguments) push_value(L, argument);
    lua_call(L, int(trial.test.arguments.size()), 1);
    return 1;
}

std::string one_line(std::string_view text) {
    std::string line(text.substr(0, 200));
    for (char& c : line) {
        if (c < ' ' || c > '~') c = '?';
    }
    return line;
}

std::string error_message(lua_State* L, const Meter& meter) {
    if (meter.had_long_string) {
        return fmt::format("expected strings of at most {} bytes, got a longer one",
                           longest_string);
    }
    if (lua_type(L, -1) != LUA_TSTRING) return "the error value is " + describe_value(L, -1);
    std::size_t size = 0;
    const char* text = lua_tolstring(L, -1, &size);
    return one_line({text, size});
}

Verdict verdict_of_error(int status, const Meter& meter, const Trial& trial) {
    if (meter.out_of_instructions) return Verdict::instruction_limit;
    if (status == LUA_ERRMEM) return Verdict::memory_limit;
    return trial.is_loaded ? Verdict::runtime_error : Verdict::syntax_error;
}

std::string call_text(const TaskTest& test) {
    std::string text;
    for (const Value& argument : test.arguments) {
        text += (text.empty() ? "" : ", ") + lua_literal(argument);
    }
    return "f(" + text + ")";
}

Judgement run_test(std::string_view program, const TaskTest& test, Meter& meter) {
    const Sandbox sandbox = make_sandbox(meter);
    if (!sandbox) return {Verdict::memory_limit, "not enough memory for an interpreter"};
    lua_State* L = sandbox.get();
    Trial trial{program, test};
    lua_pushcfunction(L, run_trial);
    lua_pushlightuserdata(L, &trial);
    const int status = lua_pcall(L, 1, 1, 0);
    if (status != LUA_OK) return {verdict_of_error(status, meter, trial), error_message(L, meter)};
    if (equals_value(L, -1, test.expected)) return {};
    return {Verdict::wrong_answer,
            one_line(fmt::format("{}: expected {}, got {}", call_text(test),
                                 lua_literal(test.expected), describe_value(L, -1)))};
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
    static constexpr std::array<std::string_view, 6> names = {
        "passed",        "wrong answer",      "syntax error",
        "runtime error", "instruction limit", "memory limit"};
    return names[std::size_t(verdict)];
}

Judgement judge(std::string_view program, std::span<const TaskTest> tests,
                const JudgeLimits& limits) {
    LuaMemory memory(limits.memory_bytes);
    Meter meter{limits.instructions, limits.memory_bytes, &memory};
    for (const TaskTest& test : tests) {
        Judgement judgement = run_test(program, test, meter);
        if (judgement.verdict != Verdict::passed) return judgement;
    }
    return {};
}

double pass_at_1(std::span<const std::string> programs, std::span<const Task> tasks,
                 const JudgeLimits& limits) {
    require(!tasks.empty(), "pass@1: expected at least one task, got none");
    require(programs.size() == tasks.size(), "pass@1: expected {} programs, one a task, got {}",
            tasks.size(), programs.size());
    std::size_t passed = 0;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        passed += judge(programs[i], tasks[i].tests, limits).verdict == Verdict::passed;
    }
    return double(passed) / double(tasks.size());
}

}  // namespace seed
