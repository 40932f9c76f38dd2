// What a model is trained on shows nothing of what it is measured on.
#include "runs/text_source.h"

#include <algorithm>
#include <set>

#include "core/parallel.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tokenizer/bpe_trainer.h"
#include "tokenizer/tokenizer_json.h"

using namespace seed;

namespace {

constexpr Index canvas = 128;
// One program a prompt: a program of the other side would be recognised
const World fixed_world{TaskFamily::generation, Choices::fixed};

const Tokenizer& task_tokenizer() {
    static const Tokenizer tokenizer = train_task_tokenizer(512, fixed_world, RandomKey{3});
    return tokenizer;
}

std::string prompt_of(const Canvas& text) {
    return task_tokenizer().decode(std::span(text.ids).first(std::size_t(text.prompt_length)));
}

std::string program_of(const std::vector<std::int32_t>& ids, const Canvas& text) {
    const Tokenizer& tokenizer = task_tokenizer();
    return tokenizer.decode(completion_of(ids, text.prompt_length, tokenizer.eos_id()));
}

// Prompts and programs of many held-out tasks: none may be met in training.
struct HeldOut {
    std::set<std::string> prompts, programs;
};

const HeldOut& held_out_list() {
    static const HeldOut list = [] {
        std::vector<Task> tasks(20'000);
        parallel_for(Index(tasks.size()), [&](Index i) {
            tasks[i] = generate_task(TaskFamily::generation, Choices::fixed, Split::held_out,
                                     RandomKey{99}, std::uint64_t(i));
        });
        HeldOut made;
        for (Task& task : tasks) {
            made.prompts.insert(std::move(task.prompt));
            made.programs.insert(std::move(task.completion));
        }
        return made;
    }();
    return list;
}

}  // namespace

TEST_CASE("held-out tasks are on the list of held-out prompts and programs, time and again") {
    const auto source = lua_task_source(fixed_world, task_tokenizer(), canvas, RandomKey{5});
    Index prompts = 0, programs = 0;
    for (const EvaluationText& text : source->held_out(1000)) {
        prompts += held_out_list().prompts.count(prompt_of(text.canvas)) > 0;
        programs += held_out_list().programs.count(program_of(text.canvas.ids, text.canvas)) > 0;
        CHECK(Index(program_of(text.canvas.ids, text.canvas).size()) == text.bytes);
    }
    // Else the absence of training texts from it, below, would say nothing
    CHECK(prompts > 20);
    CHECK(programs > 20);
}

TEST_CASE("a canvas too short for a family is refused, with the length that it needs") {
    const World long_world{TaskFamily::long_program, Choices::free};
    CHECK(error_of([&] { lua_task_source(long_world, task_tokenizer(), 255, RandomKey{5}); }) ==
          "--canvas: expected at least 256 tokens for programs of the family long, got 255");
    CHECK(error_of([&] { lua_task_source(fixed_world, task_tokenizer(), 95, RandomKey{5}); }) ==
          "--canvas: expected at least 96 tokens for programs of the family generation, got 95");
}

TEST_CASE("a world's texts are of its family and its choices, each with its own nats") {
    for (const World& world : {World{TaskFamily::generation, Choices::free},
                               World{TaskFamily::generation, Choices::fixed},
                               World{TaskFamily::long_program, Choices::free}}) {
        const auto source = lua_task_source(world, task_tokenizer(), 400, RandomKey{5});
        const bool is_long = world.family == TaskFamily::long_program;
        CHECK(source->asked_edits(0, 3).empty() == is_long);
        double bytes = 0, nats = 0;
        for (const EvaluationText& text : source->held_out(50)) {
            bytes += double(text.bytes);
            nats += *text.nats;
        }
        CHECK((bytes > 50 * 220) == is_long);
        CHECK((nats > 0) == (world.choices == Choices::free));
    }
}

TEST_CASE("training never shows a held-out task") {
    const auto source = lua_task_source(fixed_world, task_tokenizer(), canvas, RandomKey{5});
    for (Index step = 0; step < 4; ++step) {
        const std::vector<Canvas> texts = source->training(step, 500);
        CHECK(texts.size() == 500);
        for (const Canvas& text : texts) {
            CHECK(held_out_list().prompts.count(prompt_of(text)) == 0);
            CHECK(held_out_list().programs.count(program_of(text.ids, text)) == 0);
        }
    }
}

TEST_CASE("asked edits show no held-out task, as what should be or as what was changed") {
    const auto source = lua_task_source(fixed_world, task_tokenizer(), canvas, RandomKey{5});
    Index shown = 0;
    for (Index step = 0; step < 4; ++step) {
        const std::vector<AskedEdit> edits = source->asked_edits(step, 250);
        CHECK(edits.size() == 250);
        for (const auto& [clean, given] : edits) {
            CHECK(held_out_list().prompts.count(prompt_of(clean)) == 0);
            CHECK(held_out_list().programs.count(program_of(clean.ids, clean)) == 0);
            shown += held_out_list().programs.count(program_of(given, clean)) > 0;
            CHECK(given != clean.ids);
            CHECK(
                std::equal(given.begin(), given.begin() + clean.prompt_length, clean.ids.begin()));
        }
    }
    INFO("held-out programs shown to be changed: " << shown);
    // Half of the edits have a planted bug, and that may happen to spell a held-out program
    CHECK(shown < 20);
}

TEST_CASE("asked edits are the edit tasks of their numbers, in whatever steps they are asked for") {
    const auto source = lua_task_source(fixed_world, task_tokenizer(), canvas, RandomKey{5});
    std::set<std::vector<std::int32_t>> seen;
    for (Index step = 0; step < 3; ++step) {
        const std::vector<AskedEdit> edits = source->asked_edits(step, 4);
        REQUIRE(edits.size() == 4);
        for (Index i = 0; i < 4; ++i) {
            const Task task =
                generate_task(TaskFamily::edit, Choices::fixed, Split::train,
                              RandomKey{5}.fork("tasks"), std::uint64_t(4 * step + i));
            CHECK(edits[i].clean.ids == task_canvas(task, task_tokenizer(), canvas).ids);
            CHECK(edits[i].given == original_canvas(task, task_tokenizer(), canvas).ids);
            CHECK(!program_of(edits[i].given, edits[i].clean).empty());
            seen.insert(edits[i].given);
        }
    }
    CHECK(seen.size() > 9);
}

TEST_CASE("a tokenizer is learned from training tasks alone, and one in four is an edit") {
    const std::vector<std::string> texts = tokenizer_texts(fixed_world, RandomKey{3});
    CHECK(texts.size() == 4000);
    Index edits = 0;
    for (const std::string& text : texts) {
        const std::size_t prompt = text.find('\n') + 1;
        CHECK(held_out_list().prompts.count(text.substr(0, prompt)) == 0);
        CHECK(held_out_list().programs.count(text.substr(prompt)) == 0);
        edits += text.find("\nend\n") != text.rfind("\nend\n");  // two programs
    }
    CHECK(edits == 1000);
    CHECK(to_tokenizer_json(train_task_tokenizer(300, fixed_world, RandomKey{3})) ==
          to_tokenizer_json(train_bpe(texts, {.vocab_size = 300})));
    const World long_world{TaskFamily::long_program, Choices::free};
    const std::vector<std::string> long_texts = tokenizer_texts(long_world, RandomKey{3});
    for (const std::uint64_t i : {0, 3, 3999}) {  // a long world has no edits
        const Task task = generate_task(TaskFamily::long_program, Choices::free, Split::train,
                                        RandomKey{3}.fork("tokenizer"), i);
        CHECK(long_texts[i] == task.prompt + task.completion);
    }
}

TEST_CASE("every step has texts of its own, and the same ones whenever it is asked") {
    const auto source = lua_task_source(fixed_world, task_tokenizer(), canvas, RandomKey{5});
    std::set<std::vector<std::int32_t>> seen;
    for (Index step = 0; step < 20; ++step) {
        for (const Canvas& text : source->training(step, 10)) seen.insert(text.ids);
    }
    CHECK(seen.size() > 190);  // a step that repeated another's would halve it
    CHECK(source->training(7, 10)[3].ids == source->training(7, 10)[3].ids);
    const auto other = lua_task_source(fixed_world, task_tokenizer(), canvas, RandomKey{6});
    CHECK(source->training(0, 1)[0].ids != other->training(0, 1)[0].ids);
}

TEST_CASE("edits know the special tokens of their tokenizer") {
    const EditVocabulary vocabulary = edit_vocabulary(task_tokenizer());
    CHECK(vocabulary.size == task_tokenizer().vocab_size());
    CHECK(vocabulary.mask == task_tokenizer().mask_id());
    CHECK(vocabulary.eos == task_tokenizer().eos_id());
    CHECK(vocabulary.pad == task_tokenizer().pad_id());
    CHECK(std::set{vocabulary.mask, vocabulary.eos, vocabulary.pad}.size() == 3);
}
