#include "app/decode_bench.h"

#include <algorithm>

#include "app/stopwatch.h"
#include "core/parallel.h"
#include "core/progress.h"

namespace seed {
namespace {

using Json = nlohmann::ordered_json;

template <class Row>
Json json_of(const std::vector<Row>& rows) {
    Json json = Json::array();
    for (const Row& row : rows) json.push_back(to_json(row));
    return json;
}

}  // namespace

DecodeBench::DecodeBench(const DecodeBenchOptions& options, LoadedRun run)
    : options_(options), run_(std::move(run)) {
    require(run_.config.objective == Objective::diffusion,
            "--checkpoint: expected a diffusion model, got an autoregressive one");
    if (options_.blocks.empty()) {
        for (const Index block : {1, 4, 8, 16, 32, 64}) {
            if (block <= run_.config.canvas) options_.blocks.push_back(block);
        }
    }
    for (const Index block : options_.blocks) {
        require(block >= 1 && block <= run_.config.canvas,
                "--blocks: expected 1 ... {}, the canvas, got {}", run_.config.canvas, block);
    }
    tasks_ = held_out_tasks(run_.config, {run_.config.world.family, options_.tasks});
    prompts_ = prompts_of(tasks_, run_.tokenizer);
}

void DecodeBench::set_baseline(LoadedRun baseline) {
    require(baseline.config.objective == Objective::autoregressive,
            "--baseline: expected an autoregressive model, got a diffusion model");
    require(baseline.config.corpus.empty() && baseline.config.world == run_.config.world &&
                baseline.config.canvas == run_.config.canvas,
            "--baseline: expected the checkpoint's tasks and a canvas of {} tokens, got others",
            run_.config.canvas);
    baseline_prompts_ = prompts_of(tasks_, baseline.tokenizer);
    baseline_.emplace(std::move(baseline));
}

BlockContestant DecodeBench::contestant(Index block, Index batch, bool cache) const {
    BlockContestant c{{}, cache, batch};
    c.options.fill.threshold = options_.threshold;
    c.options.block = block;
    c.options.block_causal = block < run_.config.canvas;
    c.options.eos = run_.tokenizer.eos_id();
    return c;
}

double DecodeBench::pass_at_1(const Tokenizer& tokenizer, const TimedTexts& texts) const {
    Index passed = 0;
    for (const Judgement& j : judge_completions(tasks_, tokenizer, texts.completions)) {
        passed += j.verdict == Verdict::passed;
    }
    return double(passed) / double(tasks_.size());
}

DecodeBench::Timings DecodeBench::alternate(Index rounds, const Decode& decode,
                                            const Decode& baseline,
                                            std::vector<double>& baseline_seconds) {
    Timings timings;
    for (Index round = 0; round < rounds; ++round) {
        timings.texts = decode();
        timings.seconds.push_back(timings.texts.seconds);
        if (!baseline) continue;
        const TimedTexts other = baseline();
        baseline_seconds.push_back(other.seconds);
        timings.ratios.push_back(double(timings.texts.tokens()) / timings.texts.seconds /
                                 (double(other.tokens()) / other.seconds));
    }
    return timings;
}

DecodeRow DecodeBench::row_of(const std::string& model, Index parameters, const Timings& timings,
                              ProductLimit& limit) const {
    const double seconds = median(timings.seconds), tokens = double(timings.texts.tokens());
    DecodeRow row{.model = model, .parameters = parameters};
    row.tokens_per_second = tokens / seconds;
    row.calls_per_sample =
        double(timings.texts.own_calls) / double(timings.texts.completions.size());
    row.tokens_per_call = tokens / double(timings.texts.own_calls);
    if (!timings.ratios.empty()) row.times_baseline = median(timings.ratios);
    if (!timings.texts.calls.empty()) {
        row.limit_share = limit.seconds(timings.texts.calls) / seconds;
    }
    return row;
}

void DecodeBench::time_checkpoint(Index batch) {
    const Index canvas = run_.config.canvas, parameters = run_.model.parameters().count();
    ProductLimit limit(run_.model);
    std::vector<double> baseline_seconds;
    Decode baseline;
    if (baseline_) {
        baseline = [&] {
            return time_greedy(baseline_->model, baseline_prompts_, canvas,
                               baseline_->tokenizer.eos_id(), batch, true);
        };
    }
    std::vector<Index> blocks = options_.blocks;
    if (std::ranges::find(blocks, canvas) == blocks.end()) blocks.push_back(canvas);
    for (const Index block : blocks) {
        for (const bool cache : {true, false}) {
            // Full attention over the whole canvas has no cache
            if (cache && block == canvas) continue;
            const bool is_recorded = cache && batch == options_.batches.front();
            const BlockContestant c = contestant(block, batch, cache);
            // Without a cache it is no contest: one round will do
            const Timings timings = alternate(
                cache ? options_.rounds : 1,
                [&] {
                    return time_blocks(run_.model, prompts_, canvas, c,
                                       is_recorded ? &schedules_[block] : nullptr);
                },
                baseline, baseline_seconds);
            DecodeRow row = row_of("checkpoint", parameters, timings, limit);
            row.block = block, row.batch = batch, row.cache = cache;
            row.pass_at_1 = pass_at_1(run_.tokenizer, timings.texts);
            rows_.push_back(row);
            if (is_recorded) written_[block] = timings.texts;
        }
    }
    if (baseline_) time_baseline(batch, baseline_seconds);
}

// With a cache it was timed beside all others; without one it is now, in one round.
void DecodeBench::time_baseline(Index batch, std::vector<double> seconds) {
    ProductLimit limit(baseline_->model);
    for (const bool cache : {true, false}) {
        Timings timings;
        timings.texts = time_greedy(baseline_->model, baseline_prompts_, run_.config.canvas,
                                    baseline_->tokenizer.eos_id(), batch, cache);
        timings.seconds = cache ? seconds : std::vector{timings.texts.seconds};
        if (!cache) timings.texts.calls.clear();
        DecodeRow row = row_of("baseline", baseline_->model.parameters().count(), timings, limit);
        row.batch = batch, row.cache = cache;
        row.pass_at_1 = pass_at_1(baseline_->tokenizer, timings.texts);
        rows_.push_back(row);
    }
}

Json DecodeBench::run() {
    Progress progress("decode", Index(options_.batches.size() + options_.sizes.size()) + 1);
    Index done = 0;
    for (const Index batch : options_.batches) {
        time_checkpoint(batch);
        progress.update(++done);
    }
    time_calls("checkpoint", run_.model);
    for (const std::string& size : options_.sizes) {
        if (size != "none") time_random_weights(size);
        progress.update(++done);
    }
    time_lengths();
    progress.finish();
    fmt::print("{} threads, median of {} rounds\n{}\n{}", thread_count(), options_.rounds,
               decode_table(rows_), call_table(calls_));
    Json json{{"threads", thread_count()},       {"tasks", options_.tasks},
              {"threshold", options_.threshold}, {"rows", json_of(rows_)},
              {"calls", json_of(calls_)},        {"lengths", json_of(lengths_)}};
    std::vector<LengthRow> short_ones;
    for (const LengthRow& row : lengths_) {
        if (row.positions <= 1024) short_ones.push_back(row);
    }
    json["exponents"] = Json::object();
    if (short_ones.size() >= 2) {
        json["exponents"]["1024"] = fitted_exponent(short_ones);
        json["exponents"]["all"] = fitted_exponent(lengths_);
        fmt::print("\nseconds ~ positions^{:.2f} up to 1,024 positions, ^{:.2f} up to {}\n",
                   fitted_exponent(short_ones), fitted_exponent(lengths_),
                   lengths_.back().positions);
    }
    return json;
}

}  // namespace seed
