// A step reduction of a tiny run on Lua tasks.
#pragma once

#include <functional>

#include "runs/fine_tuning.h"
#include "runs/speedup.h"
#include "tests/support/temporary_folder.h"

namespace seed {

inline const Tokenizer& speedup_tokenizer() {
    static const Tokenizer all = train_task_tokenizer(640, {}, RandomKey{3});
    return all;
}

inline RunConfig tiny_run() {
    RunConfig config;
    config.model = {.vocab_size = speedup_tokenizer().vocab_size(),
                    .hidden_size = 8,
                    .layers = 1,
                    .heads = 2,
                    .kv_heads = 1,
                    .head_size = 4,
                    .intermediate = 6};
    config.model.mask_token = speedup_tokenizer().mask_id();
    config.steps = 2, config.batch = 3;
    config.seed = 17;
    return config;
}

// In a folder of its own; no value that a test hangs on is a default.
class SpeedupRun {
public:
    explicit SpeedupRun(RunConfig origin = tiny_run()) : origin_(origin) {
        start_run(from(), origin_, speedup_tokenizer());
        train_in_folder(from(), origin_, *source, "origin");
    }
    std::filesystem::path from() const { return folder_ / "from"; }
    std::filesystem::path folder() const { return folder_ / "speedup"; }

    RunConfig config(const std::function<void(StepReduction&)>& change = {}) const {
        RunConfig config = step_reduction_training(origin_, 4);
        StepReduction& r = *config.step_reduction;
        r.prompts = 2, r.group = 3, r.temperature = 1, r.baseline = Baseline::group;
        r.first_threshold = 0.4, r.last_threshold = 0.1;
        config.batch = 2, config.checkpoint_every = 2;
        if (change) change(r);
        return config;
    }
    RunConfig start(const RunConfig& config) const {
        return start_fine_tuning(from(), folder(), config);
    }
    std::vector<nlohmann::ordered_json> record() const { return speedup_lines(folder()); }

private:
    TemporaryFolder folder_;
    RunConfig origin_;

public:
    const std::unique_ptr<TextSource> source = make_source(origin_, {}, speedup_tokenizer());
};

}  // namespace seed
