#include "app/training.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/device_option.h"
#include "core/files.h"
#include "core/progress.h"
#include "core/records.h"
#include "edit_corruption/edit_batch.h"
#include "transformer/autoregressive.h"

namespace seed {
namespace fs = std::filesystem;

CpuTransformer initial_model(const RunConfig& config) {
    ParameterSet<Host<float>> parameters(config.model);
    initialize(parameters, RandomKey{config.seed}.fork("weights"));
    return {config.model, std::move(parameters)};
}

namespace {

template <class Space>
void write_weights(const fs::path& folder, const Trainer<Space>& trainer,
                   const Transformer<Space>& model) {
    Safetensors weights;
    add_tensors(weights, model.parameters(), "");
    weights.metadata["step"] = std::to_string(trainer.steps_done());
    write_safetensors(folder / "model.safetensors", weights);
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

// The full state first: after a kill between the two files, the next start writes the second.
template <class Space>
void write_checkpoint(const fs::path& folder, const Trainer<Space>& trainer,
                      const Transformer<Space>& model) {
    const Safetensors state = trainer.state();
    require_finite(state, trainer.steps_done());
    write_safetensors(folder / "training.safetensors", state);
    write_weights(folder, trainer, model);
}

// The last checkpoint, if there is one, checked against the configuration. Throws Error where there
// are weights alone: a run that starts over would replace them.
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

}  // namespace

TrainingBatch training_batch(const RunConfig& config, const TextSource& source, Index step,
                             const Proposals& proposals) {
    const std::vector<Canvas> canvases = source.training(step, config.batch);
    if (config.objective == Objective::autoregressive) return next_token_batch(canvases);
    const RandomKey key = RandomKey{config.seed}.fork("noise").fork(std::uint64_t(step));
    if (!is_edit_stage(config.edit_stage, step, config.steps)) {
        return masked_batch(canvases, config.loss, config.model.mask_token, key);
    }
    const double asked =
        config.asked_edits * double(edit_term_size(config.edit_loss, config.batch));
    return two_term_batch(canvases, source.asked_edits(step, std::llround(asked)), config.edit_loss,
                          config.loss, edit_vocabulary(source.tokenizer()), key, proposals);
}

namespace {

template <class Space>
Transformer<Space> initial_model_in(const RunConfig& config) {
    if constexpr (std::is_same_v<Space, Device>) {
        return to_device(initial_model(config));
    } else {
        return initial_model(config);
    }
}

}  // namespace

template <class Space>
Transformer<Space> train_in_folder(const fs::path& folder, const RunConfig& config,
                                   const TextSource& source, const std::string& title,
                                   std::optional<Index> last_step) {
    const Index end = last_step.value_or(config.steps);
    const fs::path file = folder / "training.safetensors";
    std::optional<Safetensors> checkpoint = read_checkpoint(file, config.model);
    Transformer<Space> model = initial_model_in<Space>(config);
    Trainer<Space> trainer(model, config.adamw, config.steps);
    if (checkpoint) trainer.restore(*checkpoint, file.string());
    require(trainer.steps_done() <= end, "{}: expected a run of at most {} steps, got one of {}",
            folder.string(), end, trainer.steps_done());
    RunRecord record(folder / "record.jsonl", trainer.steps_done());

    // Put right what a kill left half done
    remove_partial_files(folder);
    if (checkpoint) write_weights(folder, trainer, model);
    checkpoint.reset();  // its memory is better used

    const Proposals proposals = model_proposals(model, edit_vocabulary(source.tokenizer()));
    Progress progress(title, end);
    while (trainer.steps_done() < end) {
        const StepReport report =
            trainer.step(training_batch(config, source, trainer.steps_done(), proposals));
        record.append({{"step", report.step},
                       {"loss", report.loss},
                       {"gradient_norm", report.gradient_norm},
                       {"learning_rate", report.learning_rate}});
        progress.update(report.step, fmt::format("loss {:.3f}", report.loss));
        if (report.step % config.checkpoint_every == 0 || report.step == end) {
            write_checkpoint(folder, trainer, model);
        }
    }
    progress.finish();
    return model;
}

template CpuTransformer train_in_folder<Host<float>>(const fs::path&, const RunConfig&,
                                                     const TextSource&, const std::string&,
                                                     std::optional<Index>);
template Transformer<Device> train_in_folder<Device>(const fs::path&, const RunConfig&,
                                                     const TextSource&, const std::string&,
                                                     std::optional<Index>);

}  // namespace seed
