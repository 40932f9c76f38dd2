#include "app/bench_greedy.h"

#include <memory>

#include "app/stopwatch.h"
#include "app/writable_file.h"
#include "block_decoding/cached_greedy.h"
#include "core/json.h"
#include "core/parallel.h"
#include "evaluation/held_out_tasks.h"
#include "runs/run_folder.h"

namespace seed {
namespace {

struct GreedyBenchArguments {
    std::string checkpoint, json;
    Index tokens = 80, rounds = 5;
    int threads = 0;
};

void bench_greedy(const GreedyBenchArguments& a) {
    set_thread_count(a.threads);
    require_not_of_run(a.json, a.checkpoint);
    LoadedRun run = load_run(a.checkpoint);
    require(run.config.objective == Objective::autoregressive,
            "--checkpoint: expected an autoregressive model, got a diffusion model");
    const auto tasks = held_out_tasks(run.config, {run.config.world.family, 1});
    const std::vector<std::int32_t> prompt = prompts_of(tasks, run.tokenizer).front();
    const Index positions = Index(prompt.size()) + a.tokens;
    const std::int32_t no_end = -1;  // writes on to the last position
    KvCache<Host<float>> cache(run.model.config(), 1, positions);
    std::vector<double> seconds;
    AutoregressiveResult written;
    for (Index round = 0; round <= a.rounds; ++round) {
        const double once = seconds_of([&] {
            written = greedy_decode_with_cache(run.model, cache, {prompt}, positions, no_end);
        });
        if (round > 0) seconds.push_back(once);  // the first warms up
    }
    const double rate = double(a.tokens) / median(seconds);
    fmt::print(
        "{} parameters, {} threads, {} tokens behind a prompt of {}, median of {} rounds\n"
        "{:.0f} tokens per second\n",
        run.model.parameters().count(), thread_count(), a.tokens, prompt.size(), a.rounds, rate);
    if (a.json.empty()) return;
    write_json(a.json, nlohmann::ordered_json{{"threads", thread_count()},
                                              {"parameters", run.model.parameters().count()},
                                              {"prompt", prompt},
                                              {"written", written.completions.front()},
                                              {"seconds", seconds},
                                              {"tokens_per_second", rate}});
}

}  // namespace

void add_bench_greedy(CLI::App& bench) {
    CLI::App* command = bench.add_subcommand(
        "greedy", "the autoregressive baseline with its cache, writing one text");
    auto a = std::make_shared<GreedyBenchArguments>();
    command->add_option("--checkpoint", a->checkpoint, "folder of an autoregressive run")
        ->required();
    command->add_option("--tokens", a->tokens, "to write behind a held-out prompt")
        ->check(CLI::Range(1, 65'536))
        ->capture_default_str();
    command->add_option("--rounds", a->rounds, "the median of so many is written down")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    command->add_option("--json", a->json, "write the figures and the tokens as JSON")
        ->check(writable_file());
    command->add_option("--threads", a->threads, "0: one per core")->capture_default_str();
    command->callback([a] { bench_greedy(*a); });
}

}  // namespace seed
