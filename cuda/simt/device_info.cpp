// What the emulated device says of itself.
#include <fmt/format.h>

#include <cstdio>

#include "simt/arena.h"
#include "simt/memory.h"
#include "simt/runtime_api.h"
#include "simt/schedule.h"
#include "simt/shared_memory.h"

cudaError_t cudaMemGetInfo(std::size_t* free_bytes, std::size_t* total_bytes) {
    *total_bytes = simt::device_memory_bytes();
    *free_bytes = *total_bytes - simt::used_device_memory_bytes();
    return cudaSuccess;
}

cudaError_t cudaGetDevice(int* device) {
    *device = 0;
    return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
    if (device == 0) return cudaSuccess;
    return simt::failed(cudaErrorInvalidDevice, fmt::format("device {} of 1", device));
}
cudaError_t cudaGetDeviceCount(int* count) {
    *count = 1;
    return cudaSuccess;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
    if (device != 0) return cudaSetDevice(device);
    *properties = {};
    std::snprintf(properties->name, sizeof properties->name, "emulated");
    properties->totalGlobalMem = simt::device_memory_bytes();
    properties->sharedMemPerBlock = simt::shared_bytes_by_default;
    properties->sharedMemPerBlockOptin = simt::shared_bytes_at_most;
    properties->warpSize = 32;
    properties->maxThreadsPerBlock = simt::max_threads_per_block;
    properties->multiProcessorCount = 1;
    properties->major = 7;
    properties->minor = 5;
    return cudaSuccess;
}

const char* cudaGetErrorName(cudaError_t error) {
    switch (error) {
        case cudaSuccess:
            return "cudaSuccess";
        case cudaErrorInvalidValue:
            return "cudaErrorInvalidValue";
        case cudaErrorMemoryAllocation:
            return "cudaErrorMemoryAllocation";
        case cudaErrorInvalidConfiguration:
            return "cudaErrorInvalidConfiguration";
        case cudaErrorInvalidDevice:
            return "cudaErrorInvalidDevice";
        case cudaErrorStreamCaptureUnsupported:
            return "cudaErrorStreamCaptureUnsupported";
        default:
            return "cudaErrorLaunchFailure";
    }
}
