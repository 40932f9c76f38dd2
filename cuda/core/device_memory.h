// Bytes on the device: what device_array.h is made of. All of it throws seed::Error, with the call
// that failed, its file and its line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace seed {

void* allocate_on_device(std::size_t bytes);  // contents undefined; never null
void free_on_device(void* bytes) noexcept;

void zero_on_device(void* to, std::size_t bytes);
void copy_to_device(void* to, const void* from, std::size_t bytes);
void copy_from_device(void* to, const void* from, std::size_t bytes);
void copy_on_device(void* to, const void* from, std::size_t bytes);

// Where the kernels run: "emulated", or "cuda: " and the name of the GPU. Throws Error where the
// program was built for a GPU and there is none.
std::string device_name();

// While it lives, an emulated device runs blocks and threads in the pseudo-random order of this
// seed (0: the plain order). What is right gives the same result in any order. A GPU ignores it.
class ThreadOrder {
public:
    explicit ThreadOrder(std::uint32_t seed);
    ~ThreadOrder();
    ThreadOrder(const ThreadOrder&) = delete;
    ThreadOrder& operator=(const ThreadOrder&) = delete;

private:
    std::uint32_t before_ = 0;
};

}  // namespace seed
