// Kernels without a fault, of all kinds: no build of them may report anything, in any order of the
// threads, and all give the right result.
#pragma once

#include <string>
#include <vector>

namespace seed {

// y[i] for i = 0 ... n - 1 from x[i]; x holds small whole numbers, so that sums are exact.
struct CorrectKernel {
    std::string name;
    int n;
    void (*launch)(float* y, const float* x, int n);
    float (*expected)(const std::vector<float>& x, int i);
};

std::vector<CorrectKernel> correct_block_kernels();
std::vector<CorrectKernel> correct_warp_kernels();
std::vector<CorrectKernel> correct_intrinsics();

// x[begin] + ... + x[end - 1], as far as there are any
inline float sum_of(const std::vector<float>& x, int begin, int end) {
    float sum = 0;
    for (int k = begin; k < end && k < int(x.size()); ++k) sum += x[k];
    return sum;
}

}  // namespace seed
