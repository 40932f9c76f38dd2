// The bodies of training.h.
#pragma once

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/progress.h"
#include "core/records.h"
#include "edit_corruption/proposals.h"
#include "runs/training.h"

namespace seed {

// Throws Error where a number of a checkpoint is not finite.
void require_finite(const Safetensors& state, Index step);

// The last checkpoint, if there is one, checked against the configuration. Throws Error where there
// are weights alone: a run that starts over would replace them.
std::optional<Safetensors> read_checkpoint(const std::filesystem::path& file,
                                           const ModelConfig& model);

template <class Space>
Transformer<Space> copy_of(const CpuTransformer& model) {
    ParameterSet<Space> parameters(model.config());
    copy(parameters.flat(), model.parameters().flat());
    return {model.config(), std::move(parameters)};
}

template <class Space>
void write_weights(const std::filesystem::path& folder, const Trainer<Space>& trainer,
                   const Transformer<Space>& model) {
    Safetensors weights;
    add_tensors(weights, model.parameters(), "");
    weights.metadata["step"] = std::to_string(trainer.steps_done());
    write_safetensors(folder / "model.safetensors", weights);
}

// The full state first: after a kill between the two files, the next start writes the second.
template <class Space>
void write_checkpoint(const std::filesystem::path& folder, const Trainer<Space>& trainer,
                      const Transformer<Space>& model) {
    const Safetensors state = trainer.state();
    require_finite(state, trainer.steps_done());
    write_safetensors(folder / "training.safetensors", state);
    write_weights(folder, trainer, model);
}

template <class Space>
Transformer<Space> train_in_folder(const std::filesystem::path& folder, const RunConfig& config,
                                   const TextSource& source, const std::string& title,
                                   std::optional<Index> last_step,
                                   const BatchOfStep& batch_of_step) {
    const Index end = last_step.value_or(config.steps);
    const std::filesystem::path file = folder / "training.safetensors";
    std::optional<Safetensors> checkpoint = read_checkpoint(file, config.model);
    Transformer<Space> model = copy_of<Space>(initial_model(config));
    Trainer<Space> trainer(model, config.optimizer(), config.steps);
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
        const Index step = trainer.steps_done();
        const StepReport report =
            trainer.step(batch_of_step ? batch_of_step(step, proposals)
                                       : training_batch(config, source, step, proposals));
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

}  // namespace seed
