#include "lua_tasks/generator.h"

#include "core/shown_loop.h"
#include "core/require.h"
#include "lua_tasks/edits.h"
#include "lua_tasks/evaluate.h"
#include "lua_tasks/hidden_tests.h"
#include "lua_tasks/judge.h"
#include "lua_tasks/long_program.h"
#include "lua_tasks/render.h"
#include "lua_tasks/space.h"

#include <array>
#include <unordered_set>

namespace seed {
namespace {

// A composition or a long program on its side of the split, drawn by `draw`.
template <class Draw>
auto drawn_in(Split split, RandomStream& random, Draw draw) {
    auto program = draw(random);
    while (split_of(composition_hash(program)) != split) program = draw(random);
    return program;
}

RandomKey list_key(TaskFamily family, Split split, RandomKey key) {
    return key.fork(family_name(family)).fork(split == Split::train ? "train" : "held out");
}

template <class Draw>
Task program_task(TaskFamily family, Choices choices, Split split, RandomStream& random,
                  RandomStream& surfaces, Draw draw) {
    const auto program = drawn_in(split, random, draw);
    const Rendering rendering = render(program, random_surface(surfaces, choices));
    return {family,
            render_prompt(program),
            "",
            rendering.program,
            hidden_tests(program, random),
            composition_hash(program),
            choices == Choices::free ? rendering.nats() : 0};
}

// The target decides the split. A training edit does not show a held-out composition as its
// original either; only a planted bug may happen to spell one ("> 3" for "< 3").
bool belongs_to(const Edit& edit, Split split) {
    if (split_of(composition_hash(edit.target)) != split) return false;
    return split == Split::held_out || !edit.original ||
           split_of(composition_hash(*edit.original)) == Split::train;
}

Task edit_task(Choices choices, Split split, RandomStream& random, RandomStream& surfaces) {
    for (;;) {
        const Edit edit = random_edit(random, random_surface(surfaces, choices));
        if (!belongs_to(edit, split)) continue;
        std::vector<TaskTest> tests = hidden_tests(edit.target, random);
        // What passes as it stands has nothing to be edited: "x > 3" for "x >= 3" of even numbers
        if (judge(edit.program, tests).verdict == Verdict::passed) continue;
        return {TaskFamily::edit,
                render_prompt(edit.target),
                edit.program,
                render(edit.target, edit.surface).program,
                std::move(tests),
                composition_hash(edit.target)};
    }
}

}  // namespace

TaskFamily family_from(std::string_view name) {
    if (name == "generation") return TaskFamily::generation;
    if (name == "edit") return TaskFamily::edit;
    require(name == "long", "family: expected generation, edit or long, got {}", name);
    return TaskFamily::long_program;
}

std::string_view family_name(TaskFamily family) {
    static constexpr std::array<std::string_view, 3> names = {"generation", "edit", "long"};
    return names[std::size_t(family)];
}

Task generate_task(TaskFamily family, Choices choices, Split split, RandomKey key,
                   std::uint64_t index) {
    const RandomKey tasks = list_key(family, split, key);
    // A stream of their own, so that both worlds draw the same compositions and tests
    RandomStream random(tasks, index), surfaces(tasks.fork("surfaces"), index);
    switch (family) {
        case TaskFamily::generation:
            return program_task(family, choices, split, random, surfaces, random_composition);
        case TaskFamily::long_program:
            return program_task(family, choices, split, random, surfaces, random_long_program);
        case TaskFamily::edit: break;
    }
    return edit_task(choices, split, random, surfaces);
}

void for_each_program_of_task(Split split, RandomKey key, std::uint64_t index,
                              const std::function<void(const std::string&, double)>& visit) {
    RandomStream random(list_key(TaskFamily::generation, split, key), index);
    const Composition c = drawn_in(split, random, random_composition);
    for_each_program([&](const Surface& surface) { return render(c, surface); }, visit);
}

Split split_of(std::uint64_t composition) {
    // The high bits, scaled to 0 ... 9: the hash is well mixed
    return (composition >> 32) * 10 >> 32 == 0 ? Split::held_out : Split::train;
}

TaskSpace measure_task_space() {
    std::vector<Composition> compositions;
    for_each_composition([&](const Composition& c) { compositions.push_back(c); });
    std::vector<std::uint64_t> hashes(compositions.size());
    std::vector<ProgramDistribution> programs(compositions.size());
    shown_parallel_for("count the programs", Index(compositions.size()), [&](Index i) {
        const Composition& c = compositions[std::size_t(i)];
        hashes[std::size_t(i)] = composition_hash(c);
        programs[std::size_t(i)] =
            distribution_of([&](const Surface& surface) { return render(c, surface); });
    });
    TaskSpace space;
    double weights = 0;
    std::unordered_set<std::uint64_t> seen;
    for (std::size_t i = 0; i < compositions.size(); ++i) {
        const double weight = draw_weight(compositions[i]);
        weights += weight;
        space.nats_per_program += weight * programs[i].entropy;
        if (!seen.insert(hashes[i]).second) continue;
        space.held_out += split_of(hashes[i]) == Split::held_out;
        space.programs += programs[i].forms;
    }
    space.compositions = seen.size();
    space.nats_per_program /= weights;
    return space;
}

}  // namespace seed
