// What turns gradients into steps.
#pragma once

#include "transformer/adamw.h"
#include "transformer/muon.h"

namespace seed {

// AdamW for all parameters; or, with `muon`, for all but the weight matrices of the layers. Their
// learning rate, its schedule, weight decay and the clipping are AdamW's.
struct Optimizer {
    Optimizer(const AdamW& adamw, const std::optional<Muon>& muon = {})
        : adamw(adamw), muon(muon) {}

    AdamW adamw;
    std::optional<Muon> muon;
};

}  // namespace seed
