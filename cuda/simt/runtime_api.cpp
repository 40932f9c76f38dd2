#include "simt/runtime_api.h"

#include <fmt/format.h>

#include <cstring>
#include <map>
#include <mutex>

#include "simt/arena.h"
#include "simt/check_hooks.h"
#include "simt/graph.h"
#include "simt/launch.h"
#include "simt/memory.h"
#include "simt/shared_memory.h"

namespace simt {
namespace {

// Per host thread, as in CUDA: the last call that failed, until cudaGetLastError asks.
thread_local cudaError_t last_error = cudaSuccess;
thread_local std::string last_message;

const char* in_words(cudaError_t error) {
    switch (error) {
        case cudaSuccess:
            return "no error";
        case cudaErrorInvalidValue:
            return "invalid argument";
        case cudaErrorMemoryAllocation:
            return "out of memory";
        case cudaErrorInvalidConfiguration:
            return "invalid configuration argument";
        case cudaErrorInvalidDevice:
            return "invalid device ordinal";
        case cudaErrorStreamCaptureUnsupported:
            return "operation not permitted when stream is capturing";
        default:
            return "unspecified launch failure";
    }
}

struct KernelAttributes {
    std::mutex mutex;
    std::map<const void*, std::size_t> dynamic_shared_bytes;
};
KernelAttributes& kernel_attributes() {
    static KernelAttributes* const lives_until_exit = new KernelAttributes;
    return *lives_until_exit;
}

// Why one end of a copy is not where its kind says; "" when it is.
std::string wrong_end(const char* which, bool on_device, const void* address, std::size_t bytes) {
    if (!on_device) {
        return touches_device(address, bytes)
                   ? fmt::format("the {} {} is not in host memory", which, address)
                   : "";
    }
    const std::string why = why_not_on_device(address, bytes);
    return why.empty() ? "" : fmt::format("the {}: {}", which, why);
}

}  // namespace

cudaError_t failed(cudaError_t error, const std::string& details) {
    last_error = error;
    last_message = fmt::format("{}: {}", in_words(error), details);
    return error;
}

cudaError_t allocate(void** address, std::size_t bytes) {
    if (const cudaError_t refused = refuse_in_capture("cudaMalloc")) return refused;
    *address = bytes == 0 ? nullptr : allocate_device_memory(bytes);
    if (bytes == 0 || *address != nullptr) return cudaSuccess;
    return failed(cudaErrorMemoryAllocation,
                  fmt::format("{} bytes asked for, {} of {} in use", bytes,
                              used_device_memory_bytes(), device_memory_bytes()));
}

cudaError_t set_max_dynamic_shared_bytes(const void* kernel, std::size_t bytes) {
    if (bytes > shared_bytes_at_most) {
        return failed(cudaErrorInvalidValue,
                      fmt::format("{} bytes of shared memory asked for, a block has at most {}",
                                  bytes, shared_bytes_at_most));
    }
    const std::lock_guard lock(kernel_attributes().mutex);
    kernel_attributes().dynamic_shared_bytes[kernel] = bytes;
    return cudaSuccess;
}

std::size_t max_dynamic_shared_bytes(const void* kernel) {
    const std::lock_guard lock(kernel_attributes().mutex);
    const auto& asked = kernel_attributes().dynamic_shared_bytes;
    const auto found = asked.find(kernel);
    const std::size_t dynamic = found == asked.end() ? 0 : found->second;
    return dynamic > shared_bytes_by_default ? dynamic : shared_bytes_by_default;
}

}  // namespace simt

cudaError_t cudaFree(void* address) {
    if (const cudaError_t refused = simt::refuse_in_capture("cudaFree")) return refused;
    if (address == nullptr || simt::free_device_memory(address)) return cudaSuccess;
    return simt::failed(cudaErrorInvalidValue,
                        fmt::format("{} is not the start of a device allocation", address));
}

cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
    if (const cudaError_t refused = simt::refuse_in_capture("cudaMemcpy")) return refused;
    if (bytes == 0) return cudaSuccess;
    bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
    bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
    if (kind == cudaMemcpyDefault) {
        to_device = simt::touches_device(to, bytes);
        from_device = simt::touches_device(from, bytes);
    }
    std::string problem = simt::wrong_end("destination", to_device, to, bytes);
    if (problem.empty()) problem = simt::wrong_end("source", from_device, from, bytes);
    if (!problem.empty()) return simt::failed(cudaErrorInvalidValue, problem);
    std::memmove(to, from, bytes);
    if (to_device && from_device) {
        simt::check_copied(to, from, bytes);
    } else if (to_device) {
        simt::check_written_by_host(to, bytes);
    }
    return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t) {
    return cudaMemcpy(to, from, bytes, kind);
}

cudaError_t cudaMemset(void* address, int byte, std::size_t bytes) {
    if (const cudaError_t refused = simt::refuse_in_capture("cudaMemset")) return refused;
    if (bytes == 0) return cudaSuccess;
    const std::string problem = simt::why_not_on_device(address, bytes);
    if (!problem.empty()) return simt::failed(cudaErrorInvalidValue, problem);
    std::memset(address, byte, bytes);
    simt::check_written_by_host(address, bytes);
    return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* address, int byte, std::size_t bytes, cudaStream_t) {
    return cudaMemset(address, byte, bytes);
}

cudaError_t cudaDeviceSynchronize() { return simt::refuse_in_capture("cudaDeviceSynchronize"); }
cudaError_t cudaPeekAtLastError() { return simt::last_error; }
cudaError_t cudaGetLastError() {
    const cudaError_t error = simt::last_error;
    simt::last_error = cudaSuccess;
    return error;
}

const char* cudaGetErrorString(cudaError_t error) {
    const std::string& message = simt::last_message;
    return error != cudaSuccess && message.starts_with(simt::in_words(error))
               ? message.c_str()
               : simt::in_words(error);
}
