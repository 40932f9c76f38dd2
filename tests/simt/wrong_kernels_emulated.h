// Kernels with one fault each, and what the emulator has to say of them.
#pragma once

#include <string>
#include <vector>

namespace seed {

struct WrongKernel {
    std::string name;
    // x: 64 floats in device memory, zero at first
    void (*launch)(float* x);
    // Parts of the message. "@A" stands for "tests/simt/FILE.cu:LINE" of the line with "// A: NAME"
    std::vector<std::string> message;
};

// Found in every build of the emulator: in wrong_kernels_emulated.cu
std::vector<WrongKernel> wrong_synchronisation();
// Found in the checker build only: in wrong_accesses_emulated.cu and wrong_order_emulated.cu
std::vector<WrongKernel> wrong_accesses();
std::vector<WrongKernel> wrong_order();

}  // namespace seed
