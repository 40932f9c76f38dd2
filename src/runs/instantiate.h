// Every function of this folder that is written once for all spaces, with its body: see
// transformer/instantiate.h.
#pragma once

#include "runs/training_impl.h"

#define SEED_INSTANTIATE_RUNS(Space)                                                            \
    template Transformer<Space> copy_of(const CpuTransformer&);                                 \
    template Transformer<Space> train_in_folder(const std::filesystem::path&, const RunConfig&, \
                                                const TextSource&, const std::string&,          \
                                                std::optional<Index>, const BatchOfStep&);
