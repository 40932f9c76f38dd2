#include "edit_corruption/edit_batch.h"

#include <algorithm>
#include <cmath>

namespace seed {

void append(TrainingBatch& batch, const TrainingBatch& other) {
    const auto add = [](auto& to, const auto& from) {
        to.insert(to.end(), from.begin(), from.end());
    };
    if (batch.input.batch == 0) batch.input.positions = other.input.positions;
    require(other.input.positions == batch.input.positions,
            "two-term batch: expected canvases of {} tokens, got {}", batch.input.positions,
            other.input.positions);
    batch.input.batch += other.input.batch;
    add(batch.input.ids, other.input.ids);
    add(batch.targets, other.targets);
    add(batch.weights, other.weights);
}

namespace {

// Given what stands there, every position behind the prompt counts.
TrainingBatch as_batch(const AskedEdit& edit) {
    TrainingBatch batch{batch_of({edit.clean}), {}, {}};
    require(edit.given.size() == edit.clean.ids.size(),
            "asked edit: expected a canvas of {} tokens, got {}", edit.clean.ids.size(),
            edit.given.size());
    batch.targets = edit.clean.ids;
    batch.input.ids = edit.given;
    batch.weights.assign(edit.given.size(), 0);
    std::fill(batch.weights.begin() + edit.clean.prompt_length, batch.weights.end(), 1);
    return batch;
}

// Equal weights, with sum 1, wherever there is one.
void share_weight(TrainingBatch& batch) {
    const auto counted = std::count_if(batch.weights.begin(), batch.weights.end(),
                                       [](double weight) { return weight > 0; });
    require(counted > 0, "edit corruption: expected a position behind a prompt, got none");
    for (double& weight : batch.weights) weight = weight > 0 ? 1 / double(counted) : 0;
}

// Masks every canvas at a noise level of its own.
void mask_on_top(TokenBatch& batch, const std::vector<Canvas>& canvases, NoiseSchedule schedule,
                 std::int32_t mask_token, RandomKey key) {
    const std::vector<double> levels =
        stratified_noise_levels(batch.batch, uniform_double(key.fork("noise levels"), 0, 0));
    for (Index b = 0; b < batch.batch; ++b) {
        const auto row = batch.ids.begin() + b * batch.positions;  // (1, T)
        const std::vector<std::int32_t> masked =
            mask_tokens({row, std::size_t(batch.positions)}, canvases[b].prompt_length,
                        gamma(schedule, levels[b]), mask_token,
                        key.fork("edits").fork(std::uint64_t(b)).fork("masks"));
        std::copy(masked.begin(), masked.end(), row);
    }
}

}  // namespace

// [edit_batch.edit_term]
TrainingBatch edited_batch(const std::vector<Canvas>& canvases, const EditLoss& loss,
                           const EditVocabulary& vocabulary, RandomKey key,
                           const Proposals& proposals) {
    TrainingBatch batch{batch_of(canvases), {}, {}};
    batch.targets = batch.input.ids;
    batch.weights.assign(batch.targets.size(), 0);
    const Index positions = batch.input.positions;
    std::vector<Index> substituted;  // rows b * T + t
    for (Index b = 0; b < batch.input.batch; ++b) {
        const Index prompt = canvases[b].prompt_length;
        const EditedTokens xt =
            edit_tokens_up_to(canvases[b].ids, prompt, loss.max_alpha, vocabulary,
                              key.fork("edits").fork(std::uint64_t(b)));
        std::copy(xt.ids.begin(), xt.ids.end(), batch.input.ids.begin() + b * positions);
        for (const Index t : substituted_positions(xt.operations, prompt, positions)) {
            substituted.push_back(b * positions + t);
        }
        std::fill(batch.weights.begin() + b * positions + prompt,
                  batch.weights.begin() + (b + 1) * positions, 1);
    }
    if (loss.substitutions == Substitutions::model) {
        substitute(batch.input, substituted, vocabulary.mask, proposals, key.fork("proposals"));
    }
    if (loss.mask_on_top) {
        mask_on_top(batch.input, canvases, loss.schedule, vocabulary.mask, key);
    }
    share_weight(batch);
    return batch;
}
// [/edit_batch.edit_term]

Index edit_term_size(const EditLoss& loss, Index batch) {
    require(loss.share > 0 && loss.share <= 1, "two-term batch: expected a share in (0, 1], got {}",
            loss.share);
    return Index(std::ceil(loss.share * double(batch)));
}

// [edit_batch.two_terms]
void add_edit_term(TrainingBatch& batch, const std::vector<Canvas>& canvases,
                   const std::vector<AskedEdit>& asked, const EditLoss& loss,
                   const EditVocabulary& vocabulary, RandomKey key, const Proposals& proposals) {
    const Index random = edit_term_size(loss, Index(canvases.size())) - Index(asked.size());
    require(random >= 0, "two-term batch: expected at most {} asked edits, got {}",
            random + Index(asked.size()), asked.size());
    TrainingBatch edits;
    if (random > 0) {
        edits = edited_batch({canvases.begin(), canvases.begin() + random}, loss, vocabulary,
                             key.fork("edit term"), proposals);
    }
    for (const AskedEdit& edit : asked) append(edits, as_batch(edit));
    share_weight(edits);
    append(batch, edits);
}

TrainingBatch two_term_batch(const std::vector<Canvas>& canvases,
                             const std::vector<AskedEdit>& asked, const EditLoss& edit_loss,
                             const LossWeight& mask_loss, const EditVocabulary& vocabulary,
                             RandomKey key, const Proposals& proposals) {
    TrainingBatch batch = masked_batch(canvases, mask_loss, vocabulary.mask, key);
    add_edit_term(batch, canvases, asked, edit_loss, vocabulary, key, proposals);
    return batch;
}
// [/edit_batch.two_terms]

// [edit_batch.stage]
bool is_edit_stage(const StageSchedule& schedule, Index step, Index steps) {
    require(schedule.begin >= 0 && schedule.begin <= schedule.end && schedule.end <= 1,
            "edit stage: expected 0 <= begin <= end <= 1, got {} and {}", schedule.begin,
            schedule.end);
    require(step >= 0 && step < steps, "edit stage: expected a step in [0, {}), got {}", steps,
            step);
    const auto at = [&](double fraction) { return Index(std::llround(fraction * double(steps))); };
    return step >= at(schedule.begin) && step < at(schedule.end);
}
// [/edit_batch.stage]

}  // namespace seed
