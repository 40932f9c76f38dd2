// The emulated device's memory: a registry of what cudaMalloc has handed out.
#pragma once

#include <cstddef>
#include <string>

#include "simt/runtime_api.h"

namespace simt {

// Null when the device's memory does not suffice. The memory is filled with 0xFF.
void* allocate_device_memory(std::size_t bytes);

// False when `address` is not the start of a living allocation.
bool free_device_memory(void* address);

// Memory that was freed, to the system.
void give_back(void* address);

// From now on what is allocated is shared with the processes that fork makes: what a kernel writes
// in one of them is seen by all.
void share_device_memory();

// Why `bytes` bytes at `address` are not within one device allocation; "" when they are.
std::string why_not_on_device(const void* address, std::size_t bytes);

// Is any of these bytes in a device allocation?
bool touches_device(const void* address, std::size_t bytes);

// Remembers what a runtime call has to say of its failure, and returns the error (runtime_api.cpp).
cudaError_t failed(cudaError_t error, const std::string& details);

std::size_t device_memory_bytes();
std::size_t used_device_memory_bytes();

}  // namespace simt
