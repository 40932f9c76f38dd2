#include "lua_tasks/edits.h"

#include "lua_tasks/generator.h"
#include "lua_tasks/judge.h"
#include "tests/support/catch.h"

using namespace seed;

namespace {

Task edit_number(std::uint64_t index, Split split = Split::train) {
    return generate_task(TaskFamily::edit, split, RandomKey{31}, index);
}

// The program that the prompt shows, after its one-line instruction.
std::string original_of(const Task& task) { return task.prompt.substr(task.prompt.find('\n') + 1); }

}  // namespace

TEST_CASE("an edit shows a whole program that the completion changes") {
    int repairs = 0;
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const Task task = edit_number(i);
        const bool repair = task.prompt.starts_with("-- fix: ");
        repairs += repair;
        CHECK((repair || task.prompt.starts_with("-- now ")));
        CHECK(original_of(task).starts_with("function f("));
        CHECK(original_of(task).ends_with("\nend\n"));
        CHECK(original_of(task) != task.completion);
    }
    CHECK(repairs > 800);
    CHECK(repairs < 1200);
}

TEST_CASE("copying the shown program without the edit fails") {
    int passed = 0;
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const Task task = edit_number(i, Split::held_out);
        passed += judge(original_of(task), task.tests).verdict == Verdict::passed;
    }
    CHECK(passed <= 20);  // > and >= can agree on every number that a filter lets through
}

TEST_CASE("a change keeps the other lines as they were") {
    for (std::uint64_t i = 0; i < 500; ++i) {
        const Task task = edit_number(i);
        const std::string original = original_of(task);
        const std::string first_line = original.substr(0, original.find('\n'));
        CHECK(task.completion.starts_with(first_line));
    }
}
