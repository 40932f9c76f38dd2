#include "app/train_command.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/device_option.h"
#include "app/places.h"
#include "app/report.h"
#include "app/resume_option.h"
#include "app/run_options.h"
#include "core/files.h"
#include "core/json.h"
#include "core/parallel.h"
#include "runs/run_folder.h"
#include "tokenizer/bpe_trainer.h"
#include "tokenizer/tokenizer_json.h"

namespace seed {
namespace {

struct TrainArguments {
    RunOptions run;
    std::string out = "out/run", resume, branch, json, device = "cpu";
    int threads = 0;
    Index evaluation_texts = 64;
};

template <class Space>
void train_and_report_on(const TrainArguments& arguments, const std::filesystem::path& folder,
                         const RunConfig& config, const TextSource& source) {
    const std::string title = fmt::format("train {}", objective_name(config.objective));
    Transformer<Space> model = train_in_folder<Space>(folder, config, source, title);
    LikelihoodEffort effort;
    effort.texts = arguments.evaluation_texts;
    const LikelihoodReport report = evaluate_likelihood(model, config, source, effort);
    fmt::print("{}", likelihood_table(report));
    if (!arguments.json.empty()) write_json(arguments.json, to_json(report));
}

void train_and_report(const TrainArguments& arguments, const std::filesystem::path& folder,
                      const RunConfig& config, const TextSource& source) {
    if (!arguments.json.empty()) require_writable(arguments.json);
    if (is_device(arguments.device)) {
        return train_and_report_on<Device>(arguments, folder, config, source);
    }
    train_and_report_on<Host<float>>(arguments, folder, config, source);
}

void start(const TrainArguments& arguments) {
    RunConfig config = arguments.run.resolve();
    require_startable(arguments.out);
    CorpusTexts texts;
    if (!config.corpus.empty()) {
        config.corpus = corpus_place(config.corpus);
        require_outside(arguments.out, config.corpus);
        texts = read_corpus_texts(config.corpus);
        fmt::print("{}: {} files, {} skipped as binary or unreadable\n", config.corpus,
                   texts.training.size(), texts.skipped_files);
    }
    config.corpus_digest = texts.digest;
    const int vocab_size = int(config.model.vocab_size);
    const RandomKey key{config.seed};
    const Tokenizer tokenizer = config.corpus.empty()
                                    ? train_task_tokenizer(vocab_size, config.world, key)
                                    : train_bpe(texts.training, {.vocab_size = vocab_size});
    config.model.vocab_size = tokenizer.vocab_size();  // fewer where the corpus is small
    config.model.mask_token = tokenizer.mask_id();
    const auto source = make_source(config, texts, tokenizer);
    start_run(arguments.out, config, tokenizer);
    try {
        train_and_report(arguments, arguments.out, config, *source);
    } catch (...) {
        discard_unused_run(arguments.out);
        throw;
    }
}

void require_of_train(const RunConfig& config, const char* option,
                      const std::filesystem::path& folder) {
    require(!config.distillation && !config.step_reduction,
            "{}: expected a run of seed train, got one of seed {}: {}", option,
            config.distillation ? "distill" : "speedup", folder.string());
}

// Another continuation of a run that exists: its checkpoint, tokenizer and corpus, other options.
void branch(const TrainArguments& arguments) {
    const std::filesystem::path from = arguments.branch;
    const RunConfig origin = load_config(from);
    require_of_train(origin, "--branch", from);
    const Tokenizer tokenizer = load_run_tokenizer(from, origin);
    RunConfig config = arguments.run.resolve();
    config.model.vocab_size = origin.model.vocab_size;
    config.model.mask_token = origin.model.mask_token;
    config.corpus = origin.corpus, config.corpus_digest = origin.corpus_digest;
    require(config.model == origin.model && config.objective == origin.objective,
            "--branch: expected options that give the model and the objective of {}, got others",
            from.string());
    const auto source = open_source(config, tokenizer);
    CpuTransformer model = initial_model(config);
    Trainer trial(model, config.adamw, config.steps);  // a damaged checkpoint is refused here
    const std::filesystem::path checkpoint = from / "training.safetensors";
    trial.restore(read_safetensors(checkpoint), checkpoint.string());
    require(trial.steps_done() < config.steps,
            "--branch: expected a run of less than {} steps, got one that has them: {}",
            config.steps, from.string());
    branch_run(from, arguments.out, config);
    train_and_report(arguments, arguments.out, config, *source);
}

void resume(const TrainArguments& arguments) {
    const std::filesystem::path folder = arguments.resume;
    require_not_of_run(arguments.json, folder);
    RunConfig config = load_config(folder);
    require_of_train(config, "--resume", folder);
    const Tokenizer tokenizer = load_run_tokenizer(folder, config);
    const std::string& moved_to = arguments.run.values.corpus;
    if (!moved_to.empty()) config = move_corpus(folder, moved_to);
    const auto source = open_source(config, tokenizer);
    train_and_report(arguments, folder, config, *source);
}

}  // namespace

void add_train_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("train", "train a model in a folder, or resume a run");
    auto arguments = std::make_shared<TrainArguments>();
    command->add_option("--out", arguments->out, "folder of the new run")->capture_default_str();
    command->add_option("--resume", arguments->resume,
                        "go on with the run in this folder, with its own options");
    command->add_option("--branch", arguments->branch,
                        "start from the last checkpoint of the run in this folder");
    arguments->run.add_to(*command);
    command->add_option("--objective", arguments->run.objective, "diffusion or autoregressive")
        ->capture_default_str();
    command->add_option("--steps", arguments->run.values.steps, "training steps")
        ->capture_default_str();
    command->add_option("--checkpoint-every", arguments->run.values.checkpoint_every, "steps")
        ->capture_default_str();
    command->add_option("--corpus", arguments->run.values.corpus,
                        "train on the text files of this folder instead of Lua tasks; beside "
                        "--resume: where the run's corpus is now");
    command
        ->add_option("--evaluation-texts", arguments->evaluation_texts,
                     "held-out texts for the likelihood after training")
        ->capture_default_str();
    command->add_option("--json", arguments->json, "write the likelihood table as JSON");
    command->add_option("--threads", arguments->threads, "0: one per core")->capture_default_str();
    add_device_option(*command, arguments->device);
    command->callback([arguments, command] {
        set_thread_count(arguments->threads);
        is_device(arguments->device);  // refused before any work is done
        const bool is_new = command->count("--resume") == 0;
        if (!arguments->json.empty() &&
            !(is_new && belongs_to_run(arguments->json, arguments->out))) {
            require_writable(arguments->json);
        }
        require(arguments->evaluation_texts >= 1 && arguments->evaluation_texts <= 1'000'000,
                "--evaluation-texts: expected 1 ... 1,000,000, got {}",
                arguments->evaluation_texts);
        require(command->count("--corpus") == 0 || !arguments->run.values.corpus.empty(),
                "--corpus: expected a folder, got an empty name");
        if (!is_new) {
            require_resume_alone(
                *command, {"--corpus", "--evaluation-texts", "--json", "--threads", "--device"});
            return resume(*arguments);
        }
        if (command->count("--branch") == 0) return start(*arguments);
        require(command->count("--corpus") == 0,
                "--branch: expected no --corpus, as the run has its own or none, got one");
        branch(*arguments);
    });
}

}  // namespace seed
