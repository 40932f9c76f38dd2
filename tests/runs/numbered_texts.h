// A source of short numbered texts that keeps what it was asked for, and a run on it that takes no
// time.
#pragma once

#include <mutex>
#include <utility>

#include "runs/text_source.h"
#include "runs/training.h"

namespace seed {

// Text n is its number, twice, behind a prompt of two tokens, on a canvas of 8.
class NumberedTexts : public TextSource {
public:
    explicit NumberedTexts(const Tokenizer& tokenizer) : TextSource(tokenizer) {}

    static constexpr Index positions = 8;

    Canvas text(Index number) const {
        const auto token = [](Index n) { return std::int32_t(3 + n % 200); };
        return make_canvas({token(7), token(9)}, {token(number), token(number), token(number + 50)},
                           positions, tokenizer().eos_id());
    }
    std::vector<Canvas> training(Index step, Index batch) const override {
        const std::scoped_lock lock(mutex_);
        asked_for.emplace_back(step, batch);
        std::vector<Canvas> canvases;
        for (Index i = 0; i < batch; ++i) {
            canvases.push_back(text(same_each_step ? i : step * batch + i));
        }
        return canvases;
    }
    std::vector<AskedEdit> asked_edits(Index step, Index count) const override {
        const std::scoped_lock lock(mutex_);
        edits_asked_for.emplace_back(step, count);
        std::vector<AskedEdit> edits;
        for (Index i = 0; i < count; ++i) {
            edits.push_back({text(step * count + i), text(step * count + i + 1).ids});
        }
        return edits;
    }
    std::vector<EvaluationText> held_out(Index count) const override {
        std::vector<EvaluationText> texts;
        for (Index i = 0; i < count; ++i) texts.push_back({text(100 + i), 3, {}});
        return texts;
    }

    bool same_each_step = false;
    mutable std::vector<std::pair<Index, Index>> asked_for, edits_asked_for;  // (step, number)

private:
    mutable std::mutex mutex_;
};

// Over the 259 tokens of a tokenizer without merges; no value that a test hangs on is a default.
inline RunConfig small_run() {
    RunConfig config;
    config.model = {.vocab_size = 259,
                    .hidden_size = 8,
                    .layers = 1,
                    .heads = 2,
                    .kv_heads = 1,
                    .head_size = 4,
                    .intermediate = 6};
    config.loss = {NoiseSchedule::cosine, 1.5, MaskDraw::by_level};
    config.adamw = {.learning_rate = 0.01, .decay_fraction = 0.4, .final_fraction = 0.25};
    config.steps = 10;
    config.batch = 3;
    config.canvas = NumberedTexts::positions;
    config.edit_stage = {0.6, 0.9};
    config.edit_loss = {.max_alpha = 0.8, .share = 0.6, .schedule = NoiseSchedule::cosine};
    config.asked_edits = 0.3;
    config.seed = 17;
    config.checkpoint_every = 4;
    return config;
}

}  // namespace seed
