#include "core/launch_graph.h"

#include <exception>
#include <utility>

#include "simt/simt.h"

namespace seed {

struct LaunchGraph::Handles {
    cudaStream_t stream = nullptr;
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t executable = nullptr;

    ~Handles() {
        if (executable != nullptr) static_cast<void>(cudaGraphExecDestroy(executable));
        if (graph != nullptr) static_cast<void>(cudaGraphDestroy(graph));
        if (stream != nullptr) static_cast<void>(cudaStreamDestroy(stream));
    }
};

// [launch_graph.capture]
LaunchGraph::LaunchGraph(const std::function<void()>& launches) : handles_(new Handles) {
    Handles& h = *handles_;
    SIMT_CHECK_CALL(cudaStreamCreate(&h.stream));
    SIMT_CHECK_CALL(cudaStreamBeginCapture(h.stream, cudaStreamCaptureModeThreadLocal));
    std::exception_ptr problem;
    const cudaStream_t before = std::exchange(simt::launch_stream, h.stream);
    try {
        launches();
    } catch (...) {
        problem = std::current_exception();
    }
    simt::launch_stream = before;
    const cudaError_t ended = cudaStreamEndCapture(h.stream, &h.graph);
    if (problem) std::rethrow_exception(problem);
    simt::check_call(ended, "cudaStreamEndCapture");
    SIMT_CHECK_CALL(cudaGraphInstantiate(&h.executable, h.graph, 0));
}
// [/launch_graph.capture]

LaunchGraph::~LaunchGraph() = default;

void LaunchGraph::play() const {
    SIMT_CHECK_CALL(cudaGraphLaunch(handles_->executable, handles_->stream));
}

}  // namespace seed
