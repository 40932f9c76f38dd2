// Stage 2 of the curriculum (Seed Diffusion, eq. 6): the loss gains a term for edit corruption.
//
//   L = -E_edit log p(x0 | xt)  -  E_mask (gamma' / gamma) sum over masked i of log p(x0[i] | xt)
//
// The edit term is a mean over all positions behind the prompt, changed or not, with weight 1: the
// model must keep what is right as well as replace what is wrong. Its target is x0 position by
// position, so after an insertion the model has to move text back.
#pragma once

#include "edit_corruption/edit_operations.h"
#include "edit_corruption/proposals.h"
#include "mask_corruption/mask_tokens.h"

namespace seed {

struct EditLoss {
    double max_alpha = 0.1;    // alpha ~ U[0, max_alpha]
    double share = 0.5;        // of a step's canvases that are edited, in (0, 1], rounded up
    bool mask_on_top = false;  // mask the edited canvas too, each at its own noise level
    NoiseSchedule schedule = NoiseSchedule::linear;  // of the masks on top
    Substitutions substitutions = Substitutions::uniform;
};

// The edit term: every canvas edited by its own alpha. The weights behind the prompts are equal and
// add up to 1, those in the prompts are 0.
//
// Substitutions::model changes the new tokens of substitutions alone. The operations are drawn as
// ever and applied, in all canvases; then each token that a substitution has put, and that still
// stands, gives way to a proposal (proposals.h): a single call for the whole batch. Insertions keep
// their uniform tokens. Masks on top come last.
//
// Throws Error where edit_tokens does, where no canvas has a position behind its prompt, and where
// a model is to make the substitutions and `proposals` is empty.
TrainingBatch edited_batch(const std::vector<Canvas>& canvases, const EditLoss& loss,
                           const EditVocabulary& vocabulary, RandomKey key,
                           const Proposals& proposals = {});

// The texts of `other` behind those of `batch`, which may be empty: the losses add up. Throws Error
// where their canvases have different lengths.
void append(TrainingBatch& batch, const TrainingBatch& other);

// An edit that somebody asks for instead of a random one: the prompt says what the program should
// do, xt is the program as it stands, x0 the one that does it.
struct AskedEdit {
    Canvas clean;                     // x0
    std::vector<std::int32_t> given;  // xt (T), its prompt that of `clean`
};

// Adds the edit term to a batch made of the same B canvases: on ceil(share B) more, the asked edits
// and random ones of the first canvases. The term is a mean of its own, and the batch's loss grows
// by it. Throws Error where edited_batch does, for a share outside (0, 1], for more asked edits
// than the term has canvases, and where lengths differ.
void add_edit_term(TrainingBatch& batch, const std::vector<Canvas>& canvases,
                   const std::vector<AskedEdit>& asked, const EditLoss& loss,
                   const EditVocabulary& vocabulary, RandomKey key,
                   const Proposals& proposals = {});

// Both terms: masked_batch of all B canvases under the same key, which estimates eq. 5 as in stage
// 1, and the edit term. Throws Error where the two do.
TrainingBatch two_term_batch(const std::vector<Canvas>& canvases,
                             const std::vector<AskedEdit>& asked, const EditLoss& edit_loss,
                             const LossWeight& mask_loss, const EditVocabulary& vocabulary,
                             RandomKey key, const Proposals& proposals = {});

// ceil(share B): the canvases of the edit term in a step of B.
Index edit_term_size(const EditLoss& loss, Index batch);

// Which steps of a training run belong to stage 2, as fractions of the run: the last 20 %.
struct StageSchedule {
    double begin = 0.8, end = 1.0;
};

// Is step s of S (counted from 0) in stage 2? round(begin S) <= s < round(end S). Throws Error
// unless 0 <= begin <= end <= 1 and 0 <= s < S.
bool is_edit_stage(const StageSchedule& schedule, Index step, Index steps);

}  // namespace seed
