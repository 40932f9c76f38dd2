#include "app/edit_command.h"

#include <memory>

#include "app/decoding_arguments.h"
#include "app/lua_text.h"
#include "app/places.h"
#include "app/prompt_note.h"
#include "core/files.h"
#include "core/json.h"
#include "core/text.h"
#include "edit_corruption/levenshtein.h"
#include "tokenizer/corpus.h"

namespace seed {
namespace {

struct EditArguments {
    DecodingArguments decoding;
    std::string file, instruction;
};

LuaText read_program(const std::string& file) {
    const std::string bytes = read_file(file);
    require(is_text(bytes), "{}: expected a program, got a binary file", file);
    LuaText text = split_lua_text(bytes);
    require(text.program.find_first_not_of(" \t\n") != std::string::npos,
            "{}: expected a program, got an empty file", file);
    if (!text.program.ends_with('\n')) text.program += '\n';
    return text;
}

// The instruction as the comment above the program.
std::string prompt_of(const std::string& given) {
    const std::string instruction = plain_text(given);
    require(is_text(instruction) && instruction.find('\n') >= instruction.size() - 1,
            "--instruction: expected one line of text, got more or none");
    const std::string comment = instruction.starts_with("--") ? instruction : "-- " + instruction;
    return comment.ends_with('\n') ? comment : comment + "\n";
}

std::string rewrite(LoadedRun& run, const EditArguments& a, const std::string& program,
                    const DecodingView& view) {
    const Index positions = run.config.canvas;
    const auto prompt = run.tokenizer.encode(prompt_of(a.instruction)),
               ids = run.tokenizer.encode(program);
    require(Index(prompt.size() + ids.size()) < positions,
            "{}: expected prompt, program and an end on a canvas of {} tokens, got {} + {} + 1",
            a.file, positions, prompt.size(), ids.size());
    const Canvas canvas = make_canvas(prompt, ids, positions, run.tokenizer.eos_id());
    const RefineOptions options = a.decoding.denoise.for_repair(run.config.loss.schedule);
    const std::string repaired = repair_canvas(run, canvas, options, view);
    note_unknown_prompt(run.config, prompt_of(a.instruction));
    return repaired;
}

void edit(const EditArguments& a) {
    require(!a.instruction.empty(),
            "--instruction: expected what the program should do, got nothing");
    const LuaText file = read_program(a.file);
    require_other_file(a.decoding.json, a.file);
    require_other_file(a.decoding.view.html, a.file);
    LoadedRun run = load_run(a.decoding.folder);
    require(run.config.objective == Objective::diffusion,
            "edit: expected a diffusion model, got an autoregressive one");
    nlohmann::ordered_json record;
    DecodingView view = a.decoding.view;
    if (!a.decoding.json.empty()) view.record = &record;
    const std::string text = rewrite(run, a, file.program, view);
    if (!view.watch) fmt::print("{}{}", file.head, text);
    if (!view.record) return;
    record["program"] = file.head + file.program;
    record["completion"] = file.head + text;
    record["distance"] =
        levenshtein(run.tokenizer.encode(file.program), run.tokenizer.encode(text));
    write_json(a.decoding.json, record);
}

}  // namespace

void add_edit_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("edit", "changes or repairs a program");
    auto a = std::make_shared<EditArguments>();
    a->decoding.add_to(*command, "prompt, calls, steps, program, completion, distance");
    a->decoding.denoise.add_rewriting_to(*command);
    command->add_option("file", a->file, "Lua file with the program")->required();
    command
        ->add_option("--instruction", a->instruction,
                     "what the program should do, such as \"sum for each item if even: squared\"")
        ->required();
    command->callback([a] {
        a->decoding.prepare();
        edit(*a);
    });
}

}  // namespace seed
