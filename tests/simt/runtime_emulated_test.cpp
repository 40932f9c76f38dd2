#include <fmt/format.h>

#include <vector>

#include "simt/simt.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

// The message of a call that must fail, without the file and line before it.
template <class Call>
std::string failure(Call&& call) {
    const std::string message = error_of([&] { simt::check_call(call(), "call"); });
    const std::size_t at = message.find(": call: ");
    return at == message.npos ? message : message.substr(at + 8);
}

float* allocate(int count) {
    float* memory = nullptr;
    SIMT_CHECK_CALL(cudaMalloc(&memory, std::size_t(count) * sizeof(float)));
    return memory;
}

}  // namespace

TEST_CASE("a failed call is named with its file and line") {
    const int line = __LINE__ + 1;
    const std::string message = error_of([] { SIMT_CHECK_CALL(cudaSetDevice(3)); });
    CHECK(message == fmt::format("tests/simt/runtime_emulated_test.cpp:{}: cudaSetDevice(3): "
                                 "invalid device ordinal: device 3 of 1",
                                 line));
}

TEST_CASE("device memory is limited, and the message says by how much") {
    std::size_t free_bytes = 0, total = 0;
    SIMT_CHECK_CALL(cudaMemGetInfo(&free_bytes, &total));
    const std::size_t used = total - free_bytes;
    simt::set_device_memory_bytes(used + 1000);
    float* memory = nullptr;
    CHECK(failure([&] { return cudaMalloc(&memory, 1001); }) ==
          fmt::format("out of memory: 1001 bytes asked for, {} of {} in use", used, used + 1000));
    CHECK(memory == nullptr);
    CHECK(cudaMalloc(&memory, 1000) == cudaSuccess);
    CHECK(cudaFree(memory) == cudaSuccess);
    simt::set_device_memory_bytes(total);
}

TEST_CASE("only the start of a living allocation can be freed") {
    float* memory = allocate(8);
    CHECK(failure([&] { return cudaFree(memory + 1); }) ==
          fmt::format("invalid argument: {} is not the start of a device allocation",
                      static_cast<void*>(memory + 1)));
    CHECK(cudaFree(memory) == cudaSuccess);
    CHECK(failure([&] { return cudaFree(memory); }).find("is not the start") != std::string::npos);
    CHECK(cudaFree(nullptr) == cudaSuccess);
}

TEST_CASE("a copy stays within an allocation, and each end is where its kind says") {
    float* memory = allocate(8);
    std::vector<float> host(16, 3);
    const auto copy = [&](void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
        return failure([&] { return cudaMemcpy(to, from, bytes, kind); });
    };
    CHECK(copy(memory + 2, host.data(), 28, cudaMemcpyHostToDevice) ==
          "invalid argument: the destination: 28 bytes from offset 8 leave a device allocation of "
          "32 bytes");
    CHECK(copy(host.data(), memory, 33, cudaMemcpyDeviceToHost) ==
          "invalid argument: the source: 33 bytes from offset 0 leave a device allocation of 32 "
          "bytes");
    CHECK(copy(host.data(), host.data() + 8, 4, cudaMemcpyHostToDevice) ==
          fmt::format("invalid argument: the destination: {} is not in device memory",
                      static_cast<void*>(host.data())));
    CHECK(copy(memory, memory + 4, 4, cudaMemcpyDeviceToHost) ==
          fmt::format("invalid argument: the destination {} is not in host memory",
                      static_cast<void*>(memory)));
    CHECK(failure([&] { return cudaMemset(memory + 7, 0, 8); }).find("leave a device allocation") !=
          std::string::npos);
    CHECK(copy(memory, host.data(), 32, cudaMemcpyDefault) == "");
    CHECK(copy(memory + 4, memory, 16, cudaMemcpyDeviceToDevice) == "");
    CHECK(copy(host.data() + 8, memory, 32, cudaMemcpyDeviceToHost) == "");
    CHECK(host[15] == 3);
    SIMT_CHECK_CALL(cudaFree(memory));
}

TEST_CASE("new device memory is poisoned: every byte is 0xFF") {
    float* memory = allocate(4);
    std::vector<unsigned> host(4);
    SIMT_CHECK_CALL(cudaMemcpy(host.data(), memory, 16, cudaMemcpyDeviceToHost));
    for (unsigned word : host) CHECK(word == 0xffffffffu);
    SIMT_CHECK_CALL(cudaFree(memory));
}

TEST_CASE("cudaGetLastError tells of a failure once") {
    CHECK(cudaSetDevice(1) == cudaErrorInvalidDevice);
    CHECK(cudaPeekAtLastError() == cudaErrorInvalidDevice);
    CHECK(cudaGetLastError() == cudaErrorInvalidDevice);
    CHECK(cudaGetLastError() == cudaSuccess);
    CHECK(std::string(cudaGetErrorName(cudaErrorInvalidDevice)) == "cudaErrorInvalidDevice");
}

TEST_CASE("the emulated device names itself and its limits") {
    int count = 0;
    cudaDeviceProp properties{};
    CHECK(cudaGetDeviceCount(&count) == cudaSuccess);
    CHECK(count == 1);
    CHECK(cudaGetDeviceProperties(&properties, 0) == cudaSuccess);
    CHECK(std::string(properties.name) == "emulated");
    CHECK(properties.sharedMemPerBlock == 49152);
    CHECK(properties.warpSize == 32);
}
