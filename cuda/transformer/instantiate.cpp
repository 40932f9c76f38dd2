// The transformer, its trainer and the autoregressive baseline on the device: the bodies of
// src/transformer, which find the kernels' launchers by the type of their arguments.
#include "transformer/adamw_device.h"
#include "transformer/attention_device.h"
#include "transformer/cross_entropy_device.h"
#include "transformer/embedding_device.h"
#include "transformer/forbid_token_device.h"
#include "transformer/matmul_device.h"
#include "transformer/muon_device.h"
#include "transformer/residual_device.h"
#include "transformer/rms_norm_device.h"
#include "transformer/rope_device.h"
#include "transformer/swiglu_device.h"

#include "transformer/instantiate.h"

namespace seed {

SEED_INSTANTIATE_TRANSFORMER(Device)

}  // namespace seed
