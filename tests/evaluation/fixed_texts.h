// A source of a few texts that a test has written, and a model that knows nothing.
#pragma once

#include "runs/text_source.h"
#include "runs/training.h"

namespace seed {

class FixedTexts : public TextSource {
public:
    FixedTexts(const Tokenizer& tokenizer, std::vector<EvaluationText> texts)
        : TextSource(tokenizer), texts_(std::move(texts)) {}

    std::vector<Canvas> training(Index, Index) const override { return {}; }
    std::vector<AskedEdit> asked_edits(Index, Index) const override { return {}; }
    std::vector<EvaluationText> held_out(Index count) const override {
        require(count <= Index(texts_.size()), "expected at most {} texts, got {}", texts_.size(),
                count);
        return {texts_.begin(), texts_.begin() + count};
    }

private:
    std::vector<EvaluationText> texts_;
};

// A small model over the 259 tokens of a tokenizer without merges.
inline RunConfig bytes_config(Index canvas) {
    RunConfig config;
    config.model = {.vocab_size = 259,
                    .hidden_size = 12,
                    .layers = 2,
                    .heads = 4,
                    .kv_heads = 2,
                    .head_size = 4,
                    .intermediate = 10};
    config.canvas = canvas;
    config.seed = 17;
    return config;
}

// All weights are 0: every token but the mask has the probability 1 / (V - 1), everywhere.
inline CpuTransformer uniform_model(const RunConfig& config) {
    return {config.model, ParameterSet<Host<float>>(config.model)};
}

}  // namespace seed
