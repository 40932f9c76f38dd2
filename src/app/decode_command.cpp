#include "app/decode_command.h"

#include <cstdio>
#include <memory>
#include <optional>

#include "app/decoding_arguments.h"
#include "app/lua_text.h"
#include "app/prompt_note.h"
#include "core/json.h"
#include "core/text.h"

namespace seed {
namespace {

// The options of `seed decode` alone.
struct DecodeArguments : DecodingArguments {
    std::string prompt;
    std::optional<Index> block;
    bool full_attention = false;

    std::optional<BlockChoice> blocks() const {
        require(block || !full_attention,
                "--full-attention: expected a --block beside it, got none");
        if (!block) return std::nullopt;
        return BlockChoice{*block, !full_attention};
    }
};

void decode(const DecodeArguments& a) {
    LoadedRun run = load_run(a.folder);
    const RefineOptions options = a.denoise.for_decoding(run.config.loss.schedule);
    nlohmann::ordered_json record;
    DecodingView view = a.view;
    if (!a.json.empty()) view.record = &record;
    const std::string plain = without_leading_blank_lines(plain_text(a.prompt));
    require(!plain.empty(), "prompt: expected some text, got an empty one");
    const auto blocks = a.blocks();
    const bool stream = blocks && !view.watch;
    if (stream) {
        view.stream = [](std::string_view text) {
            fmt::print("{}", text);
            std::fflush(stdout);
        };
    }
    const std::string text = decode_prompt(run, plain, run.config.canvas, options, view, blocks);
    if (!view.watch && !stream) fmt::print("{}", text);
    note_unknown_prompt(run.config, plain.ends_with('\n') ? plain : plain + "\n");
    if (a.json.empty()) return;
    record["completion"] = text;
    write_json(a.json, record);
}

}  // namespace

void add_decode_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("decode", "a prompt in, a program out");
    auto a = std::make_shared<DecodeArguments>();
    a->add_to(*command, "prompt, calls, steps, completion");
    a->denoise.add_to(*command);
    command->add_option("--block", a->block,
                        "write block after block of so many tokens, and print each as it is "
                        "finished; not given: the whole canvas at once");
    command->add_flag(
        "--full-attention", a->full_attention,
        "of a block to those behind it, too: they are masks then, and all is computed "
        "in every step");
    command->add_option("prompt", a->prompt, "such as \"-- sum for each item if even: squared\"")
        ->required();
    command->callback([a] {
        a->prepare();
        decode(*a);
    });
}

}  // namespace seed
