#include "app/decode_command.h"

#include <memory>

#include "app/decoding.h"
#include "app/lua_text.h"
#include "core/json.h"
#include "core/text.h"

namespace seed {
namespace {

void decode(const DecodingArguments& a, const std::string& prompt) {
    require_not_of_run(a.json, a.folder);
    LoadedRun run = load_run(a.folder);
    const RefineOptions options = a.denoise.for_decoding(run.config.loss.schedule);
    nlohmann::ordered_json record;
    DecodingView view = a.view;
    if (!a.json.empty()) view.record = &record;
    const std::string plain = without_leading_blank_lines(plain_text(prompt));
    const std::string text = decode_prompt(run, plain, run.config.canvas, options, view);
    if (!view.watch) fmt::print("{}", text);
    if (a.json.empty()) return;
    record["completion"] = text;
    write_json(a.json, record);
}

}  // namespace

void add_decode_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("decode", "a prompt in, a program out");
    auto a = std::make_shared<DecodingArguments>();
    auto prompt = std::make_shared<std::string>();
    a->add_to(*command, "prompt, calls, steps, completion");
    a->denoise.add_to(*command);
    command->add_option("prompt", *prompt, "such as \"-- sum for each item if even: squared\"")
        ->required();
    command->callback([a, prompt] {
        a->prepare();
        decode(*a, *prompt);
    });
}

}  // namespace seed
