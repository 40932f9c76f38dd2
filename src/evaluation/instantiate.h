// Every function of this folder that is written once for all spaces, with its body: see
// transformer/instantiate.h.
#pragma once

#include "evaluation/decoding_report_impl.h"
#include "evaluation/likelihood_report_impl.h"
#include "evaluation/repair_report_impl.h"
#include "evaluation/self_correction_report_impl.h"
#include "evaluation/speed_curve_impl.h"

#define SEED_INSTANTIATE_EVALUATION(Space)                                                        \
    template LikelihoodReport evaluate_likelihood(Transformer<Space>&, const RunConfig&,          \
                                                  const TextSource&, const LikelihoodEffort&);    \
    template DecodingReport evaluate_decoding(Transformer<Space>&, const RunConfig&,              \
                                              const Tokenizer&, const DecodingEffort&,            \
                                              const RefineOptions&);                              \
    template RepairReport evaluate_repair(Transformer<Space>&, const RunConfig&,                  \
                                          const TextSource&, Index, const RefineOptions&, Index); \
    template SelfCorrectionReport evaluate_self_correction(                                       \
        Transformer<Space>&, const RunConfig&, const Tokenizer&, const DecodingEffort&, Index,    \
        const RefineOptions&);                                                                    \
    template std::vector<SpeedPoint> speed_curve(Transformer<Space>&, const RunConfig&,           \
                                                 const Tokenizer&, const DecodingEffort&,         \
                                                 const std::vector<Budget>&);
