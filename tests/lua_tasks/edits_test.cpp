#include "lua_tasks/edits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "lua_tasks/generator.h"
#include "lua_tasks/grammar.h"
#include "lua_tasks/judge.h"
#include "tests/support/catch.h"

using namespace seed;

namespace {

Task edit_number(std::uint64_t index, Split split = Split::train) {
    return generate_task(TaskFamily::edit, Choices::free, split, RandomKey{31}, index);
}

}  // namespace

TEST_CASE("an edit has a whole program that the completion changes") {
    int of_equal_length = 0;
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const Task task = edit_number(i);
        CHECK(task.prompt.starts_with("-- "));
        CHECK(task.prompt.find('\n') == task.prompt.size() - 1);
        CHECK(task.original.starts_with("function f("));
        CHECK(task.original.ends_with("\nend\n"));
        CHECK(task.original != task.completion);
        const auto lines = [](const std::string& text) {
            return std::count(text.begin(), text.end(), '\n');
        };
        of_equal_length += lines(task.original) == lines(task.completion);
    }
    CHECK(of_equal_length > 1200);  // bugs, other constants
    CHECK(of_equal_length < 1950);  // filters that come and go
}

TEST_CASE("an edit has the prompt of its completion") {
    for (std::uint64_t i = 0; i < 20; ++i) {
        RandomStream random(RandomKey{5}, i);
        const Edit edit = random_edit(random, random_surface(random));
        CHECK(edit.program != render(edit.target, edit.surface).program);
        if (edit.original) CHECK(edit.program == render(*edit.original, edit.surface).program);
    }
}

TEST_CASE("a change keeps the name that the result has in the program as it stands") {
    int of_other_reduction = 0;
    for (std::uint64_t i = 0; i < 400; ++i) {
        RandomStream random(RandomKey{7}, i);
        const Edit edit = random_edit(random, random_surface(random));
        if (!edit.original || edit.original->reduction == edit.target.reduction) continue;
        ++of_other_reduction;
        // Which is one that its own reduction has: no "high" for a sum
        const Names& names = word_of(edit.original->reduction).names;
        const auto is_there = [&](std::string_view name) {
            return edit.program.find(fmt::format("  local {} = ", name)) != std::string::npos;
        };
        INFO(edit.program);
        CHECK(std::any_of(names.begin(), names.end(), is_there));
    }
    CHECK(of_other_reduction > 30);
}

TEST_CASE("half of the edits mend a bug, half change what is asked for") {
    int repairs = 0;
    for (std::uint64_t i = 0; i < 400; ++i) {
        RandomStream random(RandomKey{6}, i);
        repairs += !random_edit(random, random_surface(random)).original;
    }
    CHECK(std::abs(repairs - 200) <= 50);  // five standard deviations
}

TEST_CASE("the program as it stands fails") {
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const Task task = edit_number(i, Split::held_out);
        CHECK(judge(task.original, task.tests).verdict != Verdict::passed);
    }
}

TEST_CASE("a change keeps the other lines as they were") {
    for (std::uint64_t i = 0; i < 500; ++i) {
        const Task task = edit_number(i);
        const std::string first_line = task.original.substr(0, task.original.find('\n'));
        CHECK(task.completion.starts_with(first_line));
    }
}

TEST_CASE("an edit changes no name") {
    const auto words = [](const std::string& text) {
        std::set<std::string> found;
        std::string word;
        for (char c : text + " ") {
            if (std::isalpha(static_cast<unsigned char>(c))) {
                word += c;
            } else if (!word.empty()) {
                found.insert(word);
                word.clear();
            }
        }
        return found;
    };
    // Words of the language and of its library may come and go, a name may not
    const std::set<std::string> language = {
        "if",    "then",   "end",   "and",  "or",    "not", "math", "max",  "min",   "huge",
        "table", "insert", "match", "find", "aeiou", "u",   "d",    "l",    "upper", "lower",
        "a",     "e",      "o",     "n",    "r",     "s",   "t",    "local"};
    int changed = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        const Task task = edit_number(i);
        const std::set<std::string> before = words(task.original), after = words(task.completion);
        changed += before != after;
        for (const std::string& word : after) {
            INFO(task.original << task.completion << word);
            CHECK((before.contains(word) || language.contains(word)));
        }
    }
    CHECK(changed > 50);
}
