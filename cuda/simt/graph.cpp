#include "simt/graph.h"

#include <fmt/format.h>

#include <functional>
#include <utility>
#include <vector>

#include "simt/launch.h"
#include "simt/memory.h"

struct CUstream_st {
    CUgraph_st* captured = nullptr;  // what is being noted down
};
struct CUgraph_st {
    std::vector<std::function<void()>> launches;
};
struct CUgraphExec_st {
    std::vector<std::function<void()>> launches;
};

namespace simt {

static thread_local cudaStream_t capturing_stream = nullptr;  // that this thread captures

// [simt.capture]
bool is_captured() { return launch_stream != nullptr && launch_stream == capturing_stream; }

void capture(std::function<void()> launch) {
    launch_stream->captured->launches.push_back(std::move(launch));
}
// [/simt.capture]

cudaError_t refuse_in_capture(const char* call) {
    return capturing_stream == nullptr
               ? cudaSuccess
               : failed(cudaErrorStreamCaptureUnsupported, fmt::format("{} in a capture", call));
}

}  // namespace simt

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
    *stream = new CUstream_st;
    return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    delete stream;
    return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
    if (stream == nullptr || simt::capturing_stream != nullptr) {
        return simt::failed(cudaErrorStreamCaptureUnsupported,
                            stream == nullptr ? "the default stream cannot be captured"
                                              : "this thread captures a stream already");
    }
    stream->captured = new CUgraph_st;
    simt::capturing_stream = stream;
    return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
    *graph = nullptr;
    if (stream == nullptr || simt::capturing_stream != stream) {
        return simt::failed(cudaErrorInvalidValue, "this thread does not capture the stream");
    }
    *graph = std::exchange(stream->captured, nullptr);
    simt::capturing_stream = nullptr;
    return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph,
                                 unsigned long long) {
    *executable = new CUgraphExec_st{graph->launches};
    return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t) {
    for (const auto& launch : executable->launches) launch();
    return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
    delete graph;
    return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
    delete executable;
    return cudaSuccess;
}
