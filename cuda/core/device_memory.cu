#include "core/device_memory.h"
#include "simt/simt.h"

namespace seed {

void* allocate_on_device(std::size_t bytes) {
    void* memory = nullptr;
    SIMT_CHECK_CALL(cudaMalloc(&memory, bytes > 0 ? bytes : 1));
    return memory;
}

// An error here is that of an earlier kernel, and was or will be reported there
void free_on_device(void* bytes) noexcept { static_cast<void>(cudaFree(bytes)); }

void zero_on_device(void* to, std::size_t bytes) {
    if (bytes > 0) SIMT_CHECK_CALL(cudaMemset(to, 0, bytes));
}

void copy_to_device(void* to, const void* from, std::size_t bytes) {
    if (bytes > 0) SIMT_CHECK_CALL(cudaMemcpy(to, from, bytes, cudaMemcpyHostToDevice));
}

void copy_from_device(void* to, const void* from, std::size_t bytes) {
    if (bytes > 0) SIMT_CHECK_CALL(cudaMemcpy(to, from, bytes, cudaMemcpyDeviceToHost));
}

void copy_on_device(void* to, const void* from, std::size_t bytes) {
    if (bytes > 0) SIMT_CHECK_CALL(cudaMemcpy(to, from, bytes, cudaMemcpyDeviceToDevice));
}

std::string device_name() {
    int count = 0;
    SIMT_CHECK_CALL(cudaGetDeviceCount(&count));
    cudaDeviceProp properties{};
    SIMT_CHECK_CALL(cudaGetDeviceProperties(&properties, 0));
    const std::string name = properties.name;
    return name == "emulated" ? name : "cuda: " + name;
}

#ifdef __CUDACC__
ThreadOrder::ThreadOrder(std::uint32_t) {}
ThreadOrder::~ThreadOrder() = default;
#else
ThreadOrder::ThreadOrder(std::uint32_t seed) : before_(simt::schedule_seed()) {
    simt::set_schedule_seed(seed);
}
ThreadOrder::~ThreadOrder() { simt::set_schedule_seed(before_); }
#endif

}  // namespace seed
