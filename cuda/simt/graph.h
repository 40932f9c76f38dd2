// CUDA graphs, as far as launches go: between cudaStreamBeginCapture and cudaStreamEndCapture those
// that go to the stream are noted down with their arguments and not run; cudaGraphLaunch runs them,
// as often as it is called. What the host does in between it does once.
//
// As on a GPU, calls that allocate, free, copy, set memory or wait are refused during a capture; a
// GPU would take copies and sets that name the stream, here nobody needs them. A stream has no
// other use here: every launch ends before it returns.
#pragma once

#include "simt/runtime_api.h"

enum cudaStreamCaptureMode {
    cudaStreamCaptureModeGlobal,
    cudaStreamCaptureModeThreadLocal,
    cudaStreamCaptureModeRelaxed,
};

using cudaGraph_t = struct CUgraph_st*;
using cudaGraphExec_t = struct CUgraphExec_st*;

cudaError_t cudaStreamCreate(cudaStream_t* stream);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode);
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph);
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph,
                                 unsigned long long flags = 0);
cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream);
cudaError_t cudaGraphDestroy(cudaGraph_t graph);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable);

namespace simt {

// Where the launches of this thread go: null, the default stream, unless somebody says otherwise.
inline thread_local cudaStream_t launch_stream = nullptr;

// Why a call cannot be made: this thread captures. cudaSuccess if it does not.
cudaError_t refuse_in_capture(const char* call);

}  // namespace simt
