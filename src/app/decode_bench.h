// What `seed bench decode` measures.
#pragma once

#include "app/decode_contest.h"
#include "app/decode_figures.h"
#include "evaluation/held_out_tasks.h"
#include "runs/run_folder.h"

namespace seed {

struct DecodeBenchOptions {
    std::vector<Index> blocks;  // none: 1, 4, 8, 16, 32 and 64, as far as the canvas goes
    std::vector<Index> batches{1, 8};
    std::vector<std::string> sizes{"1M", "17M"};  // "none" stands for none
    Index tasks = 32, replay_tasks = 4, rounds = 3, max_length = 4096;
    double threshold = 0.9;
};

// The shape of a model with random weights: "1M" is `base` itself, "17M" and "91M" are larger ones
// with its vocabulary. Throws Error on an unknown name.
ModelConfig random_config(std::string_view size, const ModelConfig& base);

class DecodeBench {
public:
    // Throws Error unless it is a diffusion model of Lua tasks, with a canvas for all blocks.
    DecodeBench(const DecodeBenchOptions& options, LoadedRun run);

    // Throws Error unless it is an autoregressive model of the same tasks and canvas.
    void set_baseline(LoadedRun baseline);

    // Prints the tables; the JSON is bench_decode.h's.
    nlohmann::ordered_json run();

private:
    using Decode = std::function<TimedTexts()>;
    // Times a decoder in so many rounds, each followed by the baseline, if there is one.
    struct Timings {
        TimedTexts texts;  // the same in every round
        std::vector<double> seconds, ratios;
    };
    static Timings alternate(Index rounds, const Decode& decode, const Decode& baseline,
                             std::vector<double>& baseline_seconds);
    DecodeRow row_of(const std::string& model, Index parameters, const Timings& timings,
                     ProductLimit& limit) const;

    void time_checkpoint(Index batch);
    void time_baseline(Index batch, std::vector<double> seconds);
    void time_random_weights(const std::string& size);
    void time_calls(const std::string& model, CpuTransformer& weights);
    void time_lengths();
    double pass_at_1(const Tokenizer& tokenizer, const TimedTexts& texts) const;
    BlockContestant contestant(Index block, Index batch, bool cache) const;

    DecodeBenchOptions options_;
    LoadedRun run_;
    std::optional<LoadedRun> baseline_;
    std::vector<Task> tasks_;
    Prompts prompts_, baseline_prompts_;
    std::map<Index, RevealSchedule> schedules_;  // by block
    std::map<Index, TimedTexts> written_;        // by block, one text at a time
    std::vector<DecodeRow> rows_;
    std::vector<CallRow> calls_;
    std::vector<LengthRow> lengths_;
};

}  // namespace seed
