#include "lua_tasks/edits.h"

#include "lua_tasks/generator.h"
#include "lua_tasks/judge.h"
#include "tests/support/catch.h"

using namespace seed;

namespace {

Task edit_number(std::uint64_t index, Split split = Split::train) {
    return generate_task(TaskFamily::edit, split, RandomKey{31}, index);
}

}  // namespace

TEST_CASE("an edit shows a whole program that the completion changes") {
    int repairs = 0;
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const Task task = edit_number(i);
        const bool repair = task.prompt.starts_with("-- fix: ");
        repairs += repair;
        CHECK((repair || task.prompt.starts_with("-- now ")));
        CHECK(task.prompt.find('\n') == task.prompt.size() - 1);
        CHECK(task.original.starts_with("function f("));
        CHECK(task.original.ends_with("\nend\n"));
        CHECK(task.original != task.completion);
    }
    CHECK(repairs > 800);
    CHECK(repairs < 1200);
}

TEST_CASE("copying the shown program without the edit fails") {
    int passed = 0;
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const Task task = edit_number(i, Split::held_out);
        passed += judge(task.original, task.tests).verdict == Verdict::passed;
    }
    CHECK(passed <= 20);  // > and >= can agree on every number that a filter lets through
}

TEST_CASE("a change keeps the other lines as they were") {
    for (std::uint64_t i = 0; i < 500; ++i) {
        const Task task = edit_number(i);
        const std::string first_line = task.original.substr(0, task.original.find('\n'));
        CHECK(task.completion.starts_with(first_line));
    }
}
