#include "app/train_command.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "app/evaluation.h"
#include "app/report.h"
#include "app/run_options.h"
#include "core/parallel.h"
#include "tokenizer/bpe_trainer.h"
#include "tokenizer/tokenizer_json.h"

namespace seed {
namespace {

struct TrainArguments {
    RunOptions run;
    std::string out, resume, json;
    int threads = 0;
    Index evaluation_texts = 64;
};

void train_and_report(const TrainArguments& arguments, const std::filesystem::path& folder,
                      const RunConfig& config, const TextSource& source) {
    const std::string title = fmt::format("train {}", objective_name(config.objective));
    CpuTransformer model = train_in_folder(folder, config, source, title);
    LikelihoodEffort effort;
    effort.texts = arguments.evaluation_texts;
    const LikelihoodReport report = evaluate_likelihood(model, config, source, effort);
    fmt::print("{}", likelihood_table(report));
    if (!arguments.json.empty()) write_json(arguments.json, to_json(report));
}

void start(const TrainArguments& arguments) {
    RunConfig config = arguments.run.resolve();
    CorpusTexts texts;
    if (!config.corpus.empty()) {
        texts = read_corpus_texts(config.corpus);
        fmt::print("{}: {} files, {} skipped as binary or unreadable\n", config.corpus,
                   texts.training.size(), texts.skipped_files);
    }
    config.corpus_digest = texts.digest;
    const int vocab_size = int(config.model.vocab_size);
    const RandomKey key{config.seed};
    const Tokenizer tokenizer = config.corpus.empty()
                                    ? train_task_tokenizer(vocab_size, key)
                                    : train_bpe(texts.training, {.vocab_size = vocab_size});
    config.model.vocab_size = tokenizer.vocab_size();  // fewer where the corpus is small
    config.model.mask_token = tokenizer.mask_id();
    const auto source = make_source(config, texts, tokenizer);
    start_run(arguments.out, config, tokenizer);
    train_and_report(arguments, arguments.out, config, *source);
}

void resume(const TrainArguments& arguments) {
    const std::filesystem::path folder = arguments.resume;
    const RunConfig config = load_config(folder);
    const Tokenizer tokenizer = load_tokenizer(folder / "tokenizer.json");
    require(tokenizer.vocab_size() == config.model.vocab_size,
            "{}: expected the model's {} tokens, got {}", (folder / "tokenizer.json").string(),
            config.model.vocab_size, tokenizer.vocab_size());
    train_and_report(arguments, folder, config, *open_source(config, tokenizer));
}

}  // namespace

void add_train_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("train", "train a model in a folder, or resume a run");
    auto arguments = std::make_shared<TrainArguments>();
    auto* out = command->add_option("--out", arguments->out, "folder of the new run")
                    ->default_str("out/run");
    arguments->out = "out/run";
    command->add_option("--resume", arguments->resume,
                        "go on with the run in this folder, with its own options")
        ->excludes(out);
    arguments->run.add_to(*command);
    command->add_option("--objective", arguments->run.objective, "diffusion or autoregressive")
        ->capture_default_str();
    command->add_option("--steps", arguments->run.values.steps)->capture_default_str();
    command->add_option("--checkpoint-every", arguments->run.values.checkpoint_every, "steps")
        ->capture_default_str();
    command->add_option("--corpus", arguments->run.values.corpus,
                        "train on the text files of this folder instead of Lua tasks");
    command->add_option("--evaluation-texts", arguments->evaluation_texts,
                        "held-out texts for the likelihood after training")
        ->capture_default_str();
    command->add_option("--json", arguments->json, "write the likelihood table as JSON");
    command->add_option("--threads", arguments->threads, "0: one per core")->capture_default_str();
    command->callback([arguments] {
        set_thread_count(arguments->threads);
        arguments->resume.empty() ? start(*arguments) : resume(*arguments);
    });
}

}  // namespace seed
