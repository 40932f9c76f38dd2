#include "lua_tasks/generator.h"

#include "lua_tasks/edits.h"
#include "lua_tasks/evaluate.h"
#include "lua_tasks/hidden_tests.h"
#include "lua_tasks/judge.h"
#include "lua_tasks/render.h"
#include "lua_tasks/space.h"

#include <algorithm>

namespace seed {
namespace {

Task generation_task(Split split, RandomStream& random) {
    Composition c = random_composition(random);
    while (split_of(composition_hash(c)) != split) c = random_composition(random);
    const Surface surface = random_surface(random);
    return {TaskFamily::generation, render_prompt(c, surface), "",
            render_program(c, surface), hidden_tests(c, random), composition_hash(c)};
}

// The target decides the split. A training edit does not show a held-out composition as its
// original either; only a planted bug may happen to spell one ("> 3" for "< 3").
bool belongs_to(const Edit& edit, Split split) {
    if (split_of(composition_hash(edit.target)) != split) return false;
    return split == Split::held_out || !edit.original ||
           split_of(composition_hash(*edit.original)) == Split::train;
}

Task edit_task(Split split, RandomStream& random) {
    for (;;) {
        const Edit edit = random_edit(random);
        if (!belongs_to(edit, split)) continue;
        std::vector<TaskTest> tests = hidden_tests(edit.target, random);
        // What passes as it stands has nothing to be edited: "x > 3" for "x >= 3" of even numbers
        if (judge(edit.program, tests).verdict == Verdict::passed) continue;
        return {TaskFamily::edit, render_prompt(edit.target, edit.surface), edit.program,
                render_program(edit.target, edit.surface), std::move(tests),
                composition_hash(edit.target)};
    }
}

std::vector<std::uint64_t> distinct_compositions() {
    std::vector<std::uint64_t> hashes;
    for_each_composition([&](const Composition& c) { hashes.push_back(composition_hash(c)); });
    std::sort(hashes.begin(), hashes.end());
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    return hashes;
}

}  // namespace

Task generate_task(TaskFamily family, Split split, RandomKey key, std::uint64_t index) {
    const RandomKey tasks = key.fork(family == TaskFamily::edit ? "edit tasks" : "tasks");
    RandomStream random(tasks.fork(split == Split::train ? "train" : "held out"), index);
    return family == TaskFamily::edit ? edit_task(split, random) : generation_task(split, random);
}

Split split_of(std::uint64_t composition) {
    // The high bits, scaled to 0 ... 9: the hash is well mixed
    return (composition >> 32) * 10 >> 32 == 0 ? Split::held_out : Split::train;
}

std::uint64_t count_compositions() { return distinct_compositions().size(); }

std::uint64_t count_compositions(Split split) {
    const std::vector<std::uint64_t> hashes = distinct_compositions();
    return std::uint64_t(std::count_if(hashes.begin(), hashes.end(), [&](std::uint64_t hash) {
        return split_of(hash) == split;
    }));
}

}  // namespace seed
