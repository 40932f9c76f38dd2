// What `seed bench decode` measures beyond the checkpoint's own texts: other sizes, single calls,
// long texts.
#include <cmath>

#include "app/decode_bench.h"
#include "app/stopwatch.h"

namespace seed {
namespace {

constexpr Index length_block = 16;
constexpr Index cached_tokens = 64;  // in front of a call whose time is taken

CpuTransformer random_weights(const ModelConfig& config) {
    ParameterSet<Host<float>> parameters(config);
    initialize(parameters, RandomKey{1}.fork("random weights"));
    return {config, std::move(parameters)};
}

}  // namespace

ModelConfig random_config(std::string_view size, const ModelConfig& base) {
    ModelConfig config = base;
    if (size == "1M") return config;
    require(size == "17M" || size == "91M", "--sizes: expected 1M, 17M, 91M or none, got {}", size);
    const bool large = size == "91M";
    config.hidden_size = large ? 1024 : 512;
    config.layers = large ? 8 : 6;
    config.heads = large ? 16 : 8;
    config.kv_heads = 4;
    config.head_size = 64;
    config.intermediate = large ? 2816 : 1344;
    return config;
}

// The checkpoint's own schedule, so that the ratio is shown against size alone. The baseline writes
// the same texts.
void DecodeBench::time_random_weights(const std::string& size) {
    CpuTransformer model = random_weights(random_config(size, run_.config.model));
    const Index parameters = model.parameters().count(), canvas = run_.config.canvas;
    const Index count = std::min(options_.replay_tasks, Index(prompts_.size()));
    const Prompts some(prompts_.begin(), prompts_.begin() + count);
    ProductLimit limit(model);
    for (const Index block : options_.blocks) {
        if (block == canvas) continue;
        std::vector<double> baseline_seconds;
        const Timings timings = alternate(
            options_.rounds,
            [&] {
                return time_replay(model, some, canvas, contestant(block, 1, true),
                                   schedules_.at(block));
            },
            [&] {
                return time_greedy(model, some, canvas, run_.tokenizer.eos_id(), 1, true,
                                   &written_.at(block).completions);
            },
            baseline_seconds);
        DecodeRow row = row_of(size + " random", parameters, timings, limit);
        row.block = block;
        rows_.push_back(row);
        if (block != options_.blocks.back()) continue;
        DecodeRow greedy{.model = size + " random", .parameters = parameters};
        const double tokens = double(timings.texts.tokens());
        greedy.tokens_per_second = tokens / median(baseline_seconds);
        greedy.calls_per_sample = tokens / double(count), greedy.tokens_per_call = 1;
        rows_.push_back(greedy);
    }
    time_calls(size + " random", model);
}

void DecodeBench::time_calls(const std::string& name, CpuTransformer& model) {
    const int tries = model.parameters().count() < 5'000'000 ? 50 : 5;
    const double one = seconds_per_call(model, 1, cached_tokens, tries);
    ProductLimit products(model);
    for (const Index block : options_.blocks) {
        const double seconds =
            block == 1 ? one : seconds_per_call(model, block, cached_tokens, tries);
        const ProductSeconds alone = products.of_call(block);
        calls_.push_back({.model = name,
                          .parameters = model.parameters().count(),
                          .block = block,
                          .milliseconds = 1e3 * seconds,
                          .times_one_token = seconds / one,
                          .products_milliseconds = 1e3 * alone.few_rows,
                          .eigen_products_milliseconds = 1e3 * alone.eigen});
    }
}

// Every block gets as many calls as a block of the checkpoint's own texts does on average.
void DecodeBench::time_lengths() {
    const auto known = written_.find(length_block);
    const double tokens_per_call =
        known == written_.end() ? 4
                                : double(known->second.tokens()) / double(known->second.own_calls);
    BlockContestant c = contestant(length_block, 1, true);
    c.options.fill.rule = RevealRule::count;
    c.options.fill.steps = std::max<Index>(1, std::lround(length_block / tokens_per_call));
    c.options.block_causal = true;
    c.options.eos = -1;  // to the end
    for (Index positions = 128; positions <= options_.max_length; positions *= 2) {
        std::vector<double> seconds;
        for (Index round = 0; round < options_.rounds; ++round) {
            seconds.push_back(time_blocks(run_.model, {{prompts_[0][0]}}, positions, c).seconds);
        }
        lengths_.push_back({positions, median(seconds)});
    }
}

}  // namespace seed
