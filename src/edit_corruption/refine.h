// Denoising with second thoughts: a token that stands is not right for that reason alone. Every
// model call fills masks and rewrites visible tokens behind the prompt (the two thresholds of
// LLaDA 2.1, arXiv 2602.08676; Seed Diffusion gives no rule of its own).
//
//   fill      a masked position takes its chosen token where that has p > tau_mask, and at least
//             the surest one does (or by another rule of denoise.h)
//   rewrite   a visible token gives way to the most probable one where the two differ and that has
//             p > tau_edit
//
// Once nothing is masked, a bounded number of further passes only rewrites. It ends early when a
// pass changes nothing or leads back to a canvas that was there before.
#pragma once

#include "mask_corruption/denoise.h"

namespace seed {

struct RefineOptions {
    DenoiseOptions fill;    // tau_mask is fill.threshold
    double tau_edit = 0.9;  // 1: nothing is ever rewritten
    Index passes = 8;       // at most, after the canvas is full; each is a model call

    // Where nothing may be rewritten there is nothing to look for once more.
    Index most_passes() const { return tau_edit < 1 ? passes : 0; }
};

// Nothing that is visible is ever rewritten.
inline RefineOptions only_fill(const DenoiseOptions& options = {}) { return {options, 1, 0}; }

enum class RefineEnd { running, passes_used, unchanged, cycle };

// One text being refined. Fills and rewrites are those of the last step.
struct RefiningState {
    DenoisingState text;                   // a token that was given has probability 1
    std::vector<Index> filled, rewritten;  // positions, ascending
    Index fills = 0, rewrites = 0;         // of all steps
    Index passes = 0;                      // steps since the canvas was full
    RefineEnd end = RefineEnd::running;    // why it ended
};

// Shown every state after every step: (index of the text, state).
using RefineObserver = std::function<void(Index, const RefiningState&)>;

// As denoise (mask_corruption/denoise.h), with rewriting. With tau_edit = 1 the result is
// that of denoise, and no logits of visible positions are computed. Throws Error where denoise does, for a tau_edit outside [0, 1] and for
// passes < 0.
template <class Space>
std::vector<RefiningState> denoise_and_rewrite(
    Transformer<Space>& model, const std::vector<std::vector<std::int32_t>>& prompts,
    Index positions, const RefineOptions& options, const RefineObserver& observer = {});

// Starts from full canvases and only rewrites. Throws Error for an empty list, canvases of
// different lengths, a mask behind a prompt, and as above.
template <class Space>
std::vector<RefiningState> repair(Transformer<Space>& model, const std::vector<Canvas>& canvases,
                                  const RefineOptions& options,
                                  const RefineObserver& observer = {});

}  // namespace seed
