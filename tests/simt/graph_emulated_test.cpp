// Graphs in the emulator: what a capture refuses.
#include "simt/graph.h"
#include "simt/simt.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

template <class Call>
std::string said(Call&& call) {
    const std::string message = error_of([&] { simt::check_call(call(), "call"); });
    const std::size_t at = message.find(": call: ");
    return at == message.npos ? message : message.substr(at + 8);
}

std::string refused(const std::string& call) {
    return "operation not permitted when stream is capturing: " + call + " in a capture";
}

}  // namespace

TEST_CASE("memory, copies and waiting are refused in a capture, and allowed after it") {
    float* memory = nullptr;
    float number = 0;
    SIMT_CHECK_CALL(cudaMalloc(&memory, sizeof(float)));
    cudaStream_t stream = nullptr;
    SIMT_CHECK_CALL(cudaStreamCreate(&stream));
    SIMT_CHECK_CALL(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
    float* other = nullptr;
    CHECK(said([&] { return cudaMalloc(&other, 4); }) == refused("cudaMalloc"));
    CHECK(said([&] { return cudaFree(memory); }) == refused("cudaFree"));
    CHECK(said([&] { return cudaMemset(memory, 0, 4); }) == refused("cudaMemset"));
    CHECK(said([&] { return cudaMemcpy(memory, &number, 4, cudaMemcpyHostToDevice); }) ==
          refused("cudaMemcpy"));
    CHECK(said([&] { return cudaDeviceSynchronize(); }) == refused("cudaDeviceSynchronize"));
    CHECK(said([&] { return cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal); }) ==
          "operation not permitted when stream is capturing: this thread captures a stream "
          "already");
    cudaGraph_t graph = nullptr;
    SIMT_CHECK_CALL(cudaStreamEndCapture(stream, &graph));
    SIMT_CHECK_CALL(cudaGraphDestroy(graph));
    CHECK(said([&] { return cudaStreamEndCapture(stream, &graph); }) ==
          "invalid argument: this thread does not capture the stream");
    CHECK(graph == nullptr);
    CHECK(said([&] { return cudaStreamBeginCapture(nullptr, cudaStreamCaptureModeThreadLocal); }) ==
          "operation not permitted when stream is capturing: the default stream cannot be "
          "captured");
    CHECK(std::string(cudaGetErrorName(cudaErrorStreamCaptureUnsupported)) ==
          "cudaErrorStreamCaptureUnsupported");
    SIMT_CHECK_CALL(cudaFree(memory));
    SIMT_CHECK_CALL(cudaStreamDestroy(stream));
}
