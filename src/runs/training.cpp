#include <cmath>

#include "edit_corruption/edit_batch.h"
#include "runs/training_impl.h"
#include "transformer/autoregressive.h"

namespace seed {
namespace fs = std::filesystem;

CpuTransformer initial_model(const RunConfig& config) {
    ParameterSet<Host<float>> parameters(config.model);
    initialize(parameters, RandomKey{config.seed}.fork("weights"));
    return {config.model, std::move(parameters)};
}

// A step may have spoilt what it left, and no later one is there to notice.
void require_finite(const Safetensors& state, Index step) {
    for (const auto& [name, tensor] : state.tensors) {
        for (const float value : tensor.values<float>()) {
            require(std::isfinite(value), "step {}: {}: expected finite numbers, got {}", step,
                    name, value);
        }
    }
}

std::optional<Safetensors> read_checkpoint(const fs::path& file, const ModelConfig& model) {
    if (!fs::exists(file)) {
        const fs::path weights = file.parent_path() / "model.safetensors";
        require(!fs::exists(weights), "{}: expected the state to go on from, got {} alone",
                file.string(), weights.string());
        return std::nullopt;
    }
    Safetensors state = read_safetensors(file);
    require_tensors<Host<float>>(model, state, "", file.string());
    return state;
}

std::vector<AskedEdit> asked_edits_of_step(const RunConfig& config, const TextSource& source,
                                           Index step) {
    const double asked =
        config.asked_edits * double(edit_term_size(config.edit_loss, config.batch));
    return source.asked_edits(step, std::llround(asked));
}

TrainingBatch training_batch(const RunConfig& config, const TextSource& source, Index step,
                             const Proposals& proposals) {
    const std::vector<Canvas> canvases = source.training(step, config.batch);
    if (config.objective == Objective::autoregressive) return next_token_batch(canvases);
    const RandomKey key = RandomKey{config.seed}.fork("noise").fork(std::uint64_t(step));
    if (!is_edit_stage(config.edit_stage, step, config.steps)) {
        return masked_batch(canvases, config.loss, config.model.mask_token, key);
    }
    return two_term_batch(canvases, asked_edits_of_step(config, source, step), config.edit_loss,
                          config.loss, edit_vocabulary(source.tokenizer()), key, proposals);
}

}  // namespace seed
