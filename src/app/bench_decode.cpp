#include "app/bench_decode.h"

#include <memory>

#include "app/decode_bench.h"
#include "app/writable_file.h"
#include "core/json.h"
#include "core/parallel.h"

namespace seed {
namespace {

struct BenchDecodeArguments {
    std::string checkpoint, baseline, json;
    DecodeBenchOptions options;
    int threads = 0;
};

void check(const DecodeBenchOptions& o) {
    require(o.threshold >= 0 && o.threshold <= 1, "--threshold: expected 0 ... 1, got {}",
            o.threshold);
    for (const std::string& size : o.sizes) {
        if (size != "none") random_config(size, {});
    }
}

void bench_decode(const BenchDecodeArguments& a) {
    set_thread_count(a.threads);
    check(a.options);
    require_not_of_run(a.json, a.checkpoint);
    DecodeBench bench(a.options, load_run(a.checkpoint));
    if (!a.baseline.empty()) {
        require_not_of_run(a.json, a.baseline);
        bench.set_baseline(load_run(a.baseline));
    }
    const nlohmann::ordered_json json = bench.run();
    if (!a.json.empty()) write_json(a.json, json);
}

}  // namespace

void add_bench_decode(CLI::App& bench) {
    CLI::App* command =
        bench.add_subcommand("decode", "blocks with a KV cache against an autoregressive model");
    auto a = std::make_shared<BenchDecodeArguments>();
    DecodeBenchOptions& o = a->options;
    command->add_option("--checkpoint", a->checkpoint, "folder of a diffusion run")->required();
    command->add_option("--baseline", a->baseline,
                        "folder of an autoregressive run; not given: none is timed beside it");
    command
        ->add_option(
            "--blocks", o.blocks,
            "tokens per block; not given: 1, 4, 8, 16, 32 and 64, as far as the canvas goes")
        ->delimiter(',');
    command->add_option("--batches", o.batches, "texts decoded side by side")
        ->delimiter(',')
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
    command->add_option("--tasks", o.tasks, "held-out tasks to write")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command->add_option("--rounds", o.rounds, "the median of so many is written down")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    command->add_option("--threshold", o.threshold, "reveal above this probability")
        ->capture_default_str();
    command
        ->add_option(
            "--sizes", o.sizes,
            "random weights that replay what was revealed: 1M (the checkpoint's own shape), "
            "17M, 91M; or none")
        ->delimiter(',')
        ->capture_default_str();
    command->add_option("--replay-tasks", o.replay_tasks, "of the tasks, for random weights")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command->add_option("--max-length", o.max_length, "of a text whose time is taken; 0: none")
        ->check(CLI::Range(0, 65'536))
        ->capture_default_str();
    command->add_option("--json", a->json, "write the figures as JSON")->check(writable_file());
    command->add_option("--threads", a->threads, "0: one per core")->capture_default_str();
    command->callback([a] { bench_decode(*a); });
}

}  // namespace seed
