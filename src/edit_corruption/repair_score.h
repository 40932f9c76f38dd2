// What a repair is worth: the model is given edited programs and may only rewrite.
#pragma once

#include "edit_corruption/edit_operations.h"
#include "edit_corruption/refine.h"

namespace seed {

// Counts over all texts, position by position on the canvas and behind the prompt.
//
//   corrupted   the corrupted canvas differs from the clean one; an insertion corrupts most
//               positions behind it
//   right       the two agree, and the position belongs to the clean content with its eos: what
//               stands behind the end is no part of a program, and easy to leave alone
struct RepairScore {
    Index texts = 0, corrupted = 0, right = 0;
    Index restored = 0;     // corrupted positions that hold the clean token again
    Index false_edits = 0;  // right positions that no longer do
    Index exact = 0;        // texts whose content is the clean one, up to its eos

    // Shares; 0 where there is nothing to count.
    double restore_rate() const;     // restored / corrupted
    double false_edit_rate() const;  // false_edits / right
    double exact_rate() const;       // exact / texts
};

// clean[i] became corrupted[i] became repaired[i] (all (T)). Throws Error where the numbers of
// texts or their lengths differ.
RepairScore score_repair(const std::vector<Canvas>& clean,
                         const std::vector<std::vector<std::int32_t>>& corrupted,
                         const std::vector<std::vector<std::int32_t>>& repaired);

// Corrupts clean[i] by edits[i] operations (edit_tokens). Throws Error where the lists differ in
// length, and where edit_tokens does.
std::vector<std::vector<std::int32_t>> edit_canvases(const std::vector<Canvas>& clean,
                                                     const std::vector<Index>& edits,
                                                     const EditVocabulary& vocabulary,
                                                     RandomKey key);

// floor(|x0| alpha) for every canvas.
std::vector<Index> edit_counts(const std::vector<Canvas>& clean, double alpha,
                               const EditVocabulary& vocabulary);

// Lets the model repair the corrupted canvases, `batch` side by side (this affects speed only), and
// scores the result. With corrupted = clean it measures false edits alone. `on_texts` is told after
// every batch how many texts that were.
template <class Space>
RepairScore measure_repair(Transformer<Space>& model, const std::vector<Canvas>& clean,
                           const std::vector<std::vector<std::int32_t>>& corrupted,
                           const RefineOptions& options, Index batch = 64,
                           const std::function<void(Index)>& on_texts = {});

}  // namespace seed
