// Every function of this folder that is written once for all spaces, with its body: see
// transformer/instantiate.h.
#pragma once

#include "mask_corruption/chain_rule_impl.h"
#include "mask_corruption/denoise_impl.h"
#include "mask_corruption/likelihood_impl.h"
#include "mask_corruption/masked_states_impl.h"

#define SEED_INSTANTIATE_MASK_CORRUPTION(Space)                                                \
    template std::vector<double> score_states(Transformer<Space>&,                             \
                                              const std::vector<MaskableText>&,                \
                                              const std::vector<MaskedState>&,                 \
                                              const LikelihoodOptions&);                       \
    template std::vector<double> monte_carlo_nelbo(Transformer<Space>&,                        \
                                                   const std::vector<MaskableText>&,           \
                                                   const LikelihoodOptions&, RandomKey);       \
    template std::vector<double> exact_nelbo(                                                  \
        Transformer<Space>&, const std::vector<MaskableText>&, const LikelihoodOptions&);      \
    template double chain_rule_along(Transformer<Space>&, const MaskableText&,                 \
                                     const std::vector<Index>&, const LikelihoodOptions&);     \
    template std::vector<double> chain_rule_nll(Transformer<Space>&,                           \
                                                const std::vector<MaskableText>&, RevealOrder, \
                                                const LikelihoodOptions&);                     \
    template std::vector<DenoisingState> denoise(                                              \
        Transformer<Space>&, const std::vector<std::vector<std::int32_t>>&, Index,             \
        const DenoiseOptions&, const DenoiseObserver&);
