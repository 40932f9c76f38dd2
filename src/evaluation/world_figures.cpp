#include "evaluation/world_figures.h"

#include <cmath>
#include <map>

#include "core/shown_loop.h"
#include "lua_tasks/generator.h"

namespace seed {
namespace {

double entropy_of(const std::map<std::int32_t, double>& distribution) {
    double sum = 0;
    for (const auto& [token, p] : distribution) sum -= p * std::log(p);
    return sum;
}

std::vector<PossibleText> possible_texts(const Tokenizer& tokenizer, Index canvas, RandomKey key,
                                         std::uint64_t index) {
    std::vector<PossibleText> texts;
    for_each_program_of_task(
        Split::held_out, key, index, [&](const std::string& program, double probability) {
            Canvas text = make_canvas({}, tokenizer.encode(program), canvas, tokenizer.eos_id());
            texts.push_back({std::move(text.ids), probability});
        });
    return texts;
}

}  // namespace

// [world_figures.one_step_loss]
double one_step_loss(const std::vector<PossibleText>& texts) {
    require(!texts.empty(), "one step: expected texts, got none");
    double loss = 0;
    for (std::size_t i = 0; i < texts[0].ids.size(); ++i) {
        std::map<std::int32_t, double> marginal;
        for (const PossibleText& text : texts) {
            require(text.ids.size() == texts[0].ids.size(),
                    "one step: expected texts of {} tokens, got one of {}", texts[0].ids.size(),
                    text.ids.size());
            marginal[text.ids[i]] += text.probability;
        }
        loss += entropy_of(marginal);
    }
    for (const PossibleText& text : texts) loss += text.probability * std::log(text.probability);
    return loss;
}
// [/world_figures.one_step_loss]

WorldFigures measure_world(Choices choices, const Tokenizer& tokenizer, Index canvas, RandomKey key,
                           Index tasks) {
    std::vector<WorldFigures> each(tasks);
    shown_parallel_for("measure the world", tasks, [&](Index i) {
        const Task task =
            generate_task(TaskFamily::generation, choices, Split::held_out, key, std::uint64_t(i));
        each[i].tokens_per_program = double(tokenizer.encode(task.completion).size()) + 1;
        if (choices == Choices::fixed) return;  // one program: nothing to lose
        each[i].one_step_loss =
            one_step_loss(possible_texts(tokenizer, canvas, key, std::uint64_t(i)));
    });
    WorldFigures mean;
    for (const WorldFigures& one : each) {
        mean.tokens_per_program += one.tokens_per_program / double(tasks);
        mean.one_step_loss += one.one_step_loss / double(tasks);
    }
    return mean;
}

}  // namespace seed
