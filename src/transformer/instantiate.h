// Every class and function of this folder that is written once for all spaces, with its body. The
// host's are compiled by instantiate.cpp, the device's by cuda/transformer/instantiate.cpp: where a
// body calls rms_norm_forward(y, ...), the type of y picks the function.
#pragma once

#include "transformer/activations_impl.h"
#include "transformer/autoregressive_impl.h"
#include "transformer/muon_impl.h"
#include "transformer/parameters_impl.h"
#include "transformer/trainer_impl.h"
#include "transformer/transformer_impl.h"
#include "transformer/transformer_loss_impl.h"

#define SEED_INSTANTIATE_TRANSFORMER(Space)                                                   \
    template class ParameterSet<Space>;                                                       \
    template class Transformer<Space>;                                                        \
    template class Trainer<Space>;                                                            \
    template void orthogonalize<Space>(Space::View);                                          \
    template void muon_update<Space>(Space::View, Space::View, Space::ConstView, const Muon&, \
                                     double, double, double);                                 \
    template void add_tensors(Safetensors&, const ParameterSet<Space>&, const std::string&);  \
    template void require_tensors<Space>(const ModelConfig&, const Safetensors&,              \
                                         const std::string&, const std::string&);             \
    template void read_tensors(ParameterSet<Space>&, const Safetensors&, const std::string&,  \
                               const std::string&);                                           \
    template ParameterSet<Space> read_parameters(const ModelConfig&,                          \
                                                 const std::filesystem::path&);               \
    template std::vector<double> autoregressive_nll(Transformer<Space>&,                      \
                                                    const std::vector<Canvas>&);              \
    template AutoregressiveResult greedy_decode(                                              \
        Transformer<Space>&, const std::vector<std::vector<std::int32_t>>&, Index, std::int32_t);
