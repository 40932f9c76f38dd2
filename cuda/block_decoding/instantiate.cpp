// Block decoding on the device: see cuda/transformer/instantiate.cpp.
#include "block_decoding/instantiate.h"

#include "block_decoding/cached_attention_device.h"
#include "mask_corruption/denoise_device.h"
#include "mask_corruption/sampling_device.h"
#include "transformer/embedding_device.h"
#include "transformer/few_rows_device.h"
#include "transformer/forbid_token_device.h"
#include "transformer/matmul_device.h"
#include "transformer/residual_device.h"
#include "transformer/rms_norm_device.h"
#include "transformer/rope_device.h"
#include "transformer/swiglu_device.h"

namespace seed {

SEED_INSTANTIATE_BLOCK_DECODING(Device)

}  // namespace seed
