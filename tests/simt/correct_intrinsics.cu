// Intrinsics of which CUDA defines every bit, at the edges of what they take.
#include <cmath>

#include "simt/simt.h"
#include "tests/simt/correct_kernels.h"

namespace seed {
namespace {

// What is converted: numbers that no int can be, the ends of int and halves
constexpr int numbers = 16;

__device__ float number(int i) {
    const float all[numbers] = {3e9f,         -3e9f,    NAN,   INFINITY, -INFINITY, 0x1p31f,
                                2147483520.f, -0x1p31f, -0.0f, 0.5f,     1.5f,      2.5f,
                                -2.5f,        -0.5f,    2.25f, -7.75f};
    return all[i];
}

enum Conversion { nearest, to_zero, down, up, saturated };

constexpr float high = 0x1p31f, low = -0x1p31f;  // INT_MAX and INT_MIN as floats
constexpr float converted[][numbers] = {
    {high, low, 0, high, low, high, 2147483520.f, low, 0, 0, 2, 2, -2, 0, 2, -8},
    {high, low, 0, high, low, high, 2147483520.f, low, 0, 0, 1, 2, -2, 0, 2, -7},
    {high, low, 0, high, low, high, 2147483520.f, low, 0, 0, 1, 2, -3, -1, 2, -8},
    {high, low, 0, high, low, high, 2147483520.f, low, 0, 1, 2, 3, -2, 0, 3, -7},
    {1, 0, 0, 1, 0, 1, 1, 0, 0, 0.5f, 1, 1, 0, 0, 1, 0},
};

template <int Which>
float expected_conversion(const std::vector<float>&, int i) {
    return converted[Which][i];
}

}  // namespace

template <int Which>
static __global__ void conversion(float* y, const float*, int n) {
    const int i = int(threadIdx.x);
    if (i >= n) return;
    const float x = number(i);
    if (Which == nearest) y[i] = float(__float2int_rn(x));
    if (Which == to_zero) y[i] = float(__float2int_rz(x));
    if (Which == down) y[i] = float(__float2int_rd(x));
    if (Which == up) y[i] = float(__float2int_ru(x));
    if (Which == saturated) y[i] = __saturatef(x);
}

// A 1 for each line that holds
static __global__ void bits(float* y, const float*, int n) {
    const long long least = -0x7fffffffffffffff - 1;
    const bool holds[] = {
        __clz(0) == 32 && __clz(1) == 31 && __clz(-1) == 0,
        __clzll(0) == 64 && __clzll(1LL << 40) == 23,
        __ffs(0) == 0 && __ffs(1) == 1 && __ffs(-0x7fffffff - 1) == 32,
        __ffsll(0) == 0 && __ffsll(1LL << 40) == 41,
        __popc(0xf0f0u) == 8 && __popcll(~0ull) == 64,
        __brev(1u) == 0x80000000u && __brev(0xff00u) == 0x00ff0000u,
        __umulhi(~0u, ~0u) == 0xfffffffeu && __mulhi(-1, 1) == -1,
        __funnelshift_l(0x12345678u, 0x9abcdef0u, 32 + 8) == 0xbcdef012u,
        __funnelshift_r(0x12345678u, 0x9abcdef0u, 32 + 8) == 0xf0123456u,
        __funnelshift_l(1u, 2u, 0) == 2u && __funnelshift_r(1u, 2u, 0) == 1u,
        __float_as_uint(1.0f) == 0x3f800000u && __int_as_float(0x40000000) == 2.0f,
        min(1.0f, float(NAN)) == 1 && max(float(NAN), 2.0f) == 2,
        __float2uint_rz(3.7f) == 3u && __float2uint_ru(3.2f) == 4u && __float2uint_rd(0.9f) == 0u,
        __float2uint_rz(-5.0f) == 0u && __float2uint_rz(1e20f) == ~0u && __float2uint_rn(NAN) == 0u,
        __float2ll_rn(2.5f) == 2 && __float2ll_rd(-2.5f) == -3 && __float2ll_rz(-1e30f) == least,
        __float2ll_rz(1e30f) == ~least && __float2ll_rz(NAN) == least,
        __float2ull_rz(-1.0f) == 0 && __float2ull_rz(1e30f) == ~0ull &&
            __float2ull_rz(NAN) == 1ull << 63,
        __double2int_rn(-2.5) == -2 && __double2int_rz(1e10) == 0x7fffffff &&
            __double2int_rz(double(NAN)) == -0x7fffffff - 1,
        __double2uint_ru(0.1) == 1u && __double2uint_rz(double(NAN)) == 1u << 31,
        __double2ll_rz(-0x1p63) == least && __double2ull_rz(0x1p64) == ~0ull,
        __int2float_rn(1 << 24 | 1) == 16777216.0f && __uint2float_rn(~0u) == 0x1p32f,
        __ll2float_rn(least) == -0x1p63f && __double2float_rn(0.1) == 0.1f,
    };
    const int i = int(threadIdx.x);
    if (i < n) y[i] = holds[i] ? 1.0f : 0.0f;
}

template <auto Kernel>
static void run(float* y, const float* x, int n) {
    simt::launch<Kernel>({1, 32}, y, x, n);
}

template <int Which>
static CorrectKernel conversion_named(std::string name) {
    return {name, numbers, run<conversion<Which>>, expected_conversion<Which>};
}

std::vector<CorrectKernel> correct_intrinsics() {
    return {
        conversion_named<nearest>("__float2int_rn"),
        conversion_named<to_zero>("__float2int_rz"),
        conversion_named<down>("__float2int_rd"),
        conversion_named<up>("__float2int_ru"),
        conversion_named<saturated>("__saturatef"),
        {"bits", 22, run<bits>, [](const std::vector<float>&, int) { return 1.0f; }},
    };
}

}  // namespace seed
