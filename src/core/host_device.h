// One source for both sides: a function marked so is compiled for the host, and under nvcc for the
// device as well. It may call only functions that are marked too.
#pragma once

#ifdef __CUDACC__
#define SEED_HOST_DEVICE __host__ __device__
#else
#define SEED_HOST_DEVICE
#endif
