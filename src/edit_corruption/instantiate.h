// Every function of this folder that is written once for all spaces, with its body: see
// transformer/instantiate.h.
#pragma once

#include "edit_corruption/proposals_impl.h"
#include "edit_corruption/refine_impl.h"
#include "edit_corruption/repair_score_impl.h"
#include "edit_corruption/self_correction_impl.h"

#define SEED_INSTANTIATE_EDIT_CORRUPTION(Space)                                                 \
    template std::vector<RefiningState> denoise_and_rewrite(                                    \
        Transformer<Space>&, const std::vector<std::vector<std::int32_t>>&, Index,              \
        const RefineOptions&, const RefineObserver&);                                           \
    template std::vector<RefiningState> repair(Transformer<Space>&, const std::vector<Canvas>&, \
                                               const RefineOptions&, const RefineObserver&);    \
    template RepairScore measure_repair(Transformer<Space>&, const std::vector<Canvas>&,        \
                                        const std::vector<std::vector<std::int32_t>>&,          \
                                        const RefineOptions&, Index,                            \
                                        const std::function<void(Index)>&);                     \
    template std::vector<CorrectedText> write_and_repair(                                       \
        Transformer<Space>&, const std::vector<std::vector<std::int32_t>>&, Index,              \
        const RefineOptions&);                                                                  \
    template Proposals model_proposals(Transformer<Space>&, const EditVocabulary&);
