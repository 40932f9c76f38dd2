// The part of the CUDA runtime that the launchers use, with CUDA's names and meanings.
//
// Every call ends before it returns; a stream is there to be captured (graph.h), elsewhere pass
// nothing, or a null stream.
// "Device memory" is memory of this computer that a registry knows (memory.h): copies are checked
// against it, and new memory is filled with 0xFF.
#pragma once

#include <cstddef>
#include <string>

#include "simt/location.h"
#include "simt/vector_types.h"

enum cudaError_t {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInvalidConfiguration = 9,
    cudaErrorInvalidDevice = 101,
    cudaErrorLaunchFailure = 719,
    cudaErrorStreamCaptureUnsupported = 900,
};

enum cudaMemcpyKind {
    cudaMemcpyHostToHost,
    cudaMemcpyHostToDevice,
    cudaMemcpyDeviceToHost,
    cudaMemcpyDeviceToDevice,
    cudaMemcpyDefault,
};

enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize = 8 };

using cudaStream_t = struct CUstream_st*;

struct cudaDeviceProp {
    char name[256];
    std::size_t totalGlobalMem;
    std::size_t sharedMemPerBlock;
    std::size_t sharedMemPerBlockOptin;
    int warpSize;
    int maxThreadsPerBlock;
    int multiProcessorCount;
    int major, minor;
};

namespace simt {

cudaError_t allocate(void** address, std::size_t bytes);
cudaError_t set_max_dynamic_shared_bytes(const void* kernel, std::size_t bytes);

// Device memory that the emulated device has: cudaMalloc fails beyond it. 8 GiB unless set.
void set_device_memory_bytes(std::size_t bytes);

}  // namespace simt

template <class T>
cudaError_t cudaMalloc(T** address, std::size_t bytes) {
    void* memory = nullptr;
    const cudaError_t error = simt::allocate(&memory, bytes);
    *address = static_cast<T*>(memory);
    return error;
}
cudaError_t cudaFree(void* address);
cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind);
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream = nullptr);
cudaError_t cudaMemset(void* address, int byte, std::size_t bytes);
cudaError_t cudaMemsetAsync(void* address, int byte, std::size_t bytes,
                            cudaStream_t stream = nullptr);
cudaError_t cudaMemGetInfo(std::size_t* free_bytes, std::size_t* total_bytes);
cudaError_t cudaDeviceSynchronize();
cudaError_t cudaGetLastError();
cudaError_t cudaPeekAtLastError();
cudaError_t cudaGetDevice(int* device);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device);

// In words; for the last call that failed with all that is known: "invalid argument: ..."
const char* cudaGetErrorString(cudaError_t error);
const char* cudaGetErrorName(cudaError_t error);

template <class Kernel>
cudaError_t cudaFuncSetAttribute(Kernel* kernel, cudaFuncAttribute, int value) {
    return simt::set_max_dynamic_shared_bytes(reinterpret_cast<const void*>(kernel),
                                              value < 0 ? 0 : std::size_t(value));
}
