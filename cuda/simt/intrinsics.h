// CUDA's bit and maths functions, in terms of the C++ library. Approximate ones (__expf) are exact
// here: their last bits on a GPU are not to be had without one.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

// [simt.intrinsics] bits
inline int __popc(unsigned x) { return std::popcount(x); }
inline int __popcll(unsigned long long x) { return std::popcount(x); }
inline int __clz(int x) { return std::countl_zero(unsigned(x)); }
inline int __clzll(long long x) { return std::countl_zero((unsigned long long)(x)); }
inline int __ffs(int x) { return x == 0 ? 0 : std::countr_zero(unsigned(x)) + 1; }
inline int __ffsll(long long x) {
    return x == 0 ? 0 : std::countr_zero((unsigned long long)(x)) + 1;
}
inline unsigned __brev(unsigned x) {
    unsigned reversed = 0;
    for (int bit = 0; bit < 32; ++bit) reversed |= (x >> bit & 1u) << (31 - bit);
    return reversed;
}
inline unsigned __umulhi(unsigned a, unsigned b) { return unsigned(std::uint64_t(a) * b >> 32); }
inline int __mulhi(int a, int b) { return int(std::int64_t(a) * b >> 32); }
inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift) {
    return unsigned(((std::uint64_t(high) << 32 | low) << (shift & 31)) >> 32);
}
inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
    return unsigned((std::uint64_t(high) << 32 | low) >> (shift & 31));
}
inline unsigned __float_as_uint(float x) { return std::bit_cast<unsigned>(x); }
inline float __uint_as_float(unsigned x) { return std::bit_cast<float>(x); }
inline int __float_as_int(float x) { return std::bit_cast<int>(x); }
inline float __int_as_float(int x) { return std::bit_cast<float>(x); }

// Rounding to the nearest integer (of two the even one), towards zero, down and up, as PTX defines
// cvt: what is beyond the type becomes its nearest number. A NaN becomes 0, or where the number or
// the result has 64 bits, a 1 in the highest place. For a plain cast C++ leaves all that open, and
// here it is the processor's, INT_MIN.
namespace simt {
template <class Whole, class Number>
Whole clamped_to(Number whole) {
    using Limits = std::numeric_limits<Whole>;
    constexpr bool has_64_bits = sizeof(Whole) == 8 || sizeof(Number) == 8;
    const Number end = std::ldexp(Number(1), Limits::digits);
    if (std::isnan(whole)) {
        return has_64_bits ? Whole(std::make_unsigned_t<Whole>(1) << (8 * sizeof(Whole) - 1)) : 0;
    }
    if (whole >= end) return Limits::max();
    if (whole <= (std::is_signed_v<Whole> ? -end : Number(0))) return Limits::min();
    return Whole(whole);
}
}  // namespace simt
#define SIMT_CONVERSIONS(name, whole, number)                                               \
    inline whole name##_rn(number x) { return simt::clamped_to<whole>(std::nearbyint(x)); } \
    inline whole name##_rz(number x) { return simt::clamped_to<whole>(std::trunc(x)); }     \
    inline whole name##_rd(number x) { return simt::clamped_to<whole>(std::floor(x)); }     \
    inline whole name##_ru(number x) { return simt::clamped_to<whole>(std::ceil(x)); }
SIMT_CONVERSIONS(__float2int, int, float)
SIMT_CONVERSIONS(__float2uint, unsigned, float)
SIMT_CONVERSIONS(__float2ll, long long, float)
SIMT_CONVERSIONS(__float2ull, unsigned long long, float)
SIMT_CONVERSIONS(__double2int, int, double)
SIMT_CONVERSIONS(__double2uint, unsigned, double)
SIMT_CONVERSIONS(__double2ll, long long, double)
SIMT_CONVERSIONS(__double2ull, unsigned long long, double)
#undef SIMT_CONVERSIONS
inline float __int2float_rn(int x) { return float(x); }
inline float __uint2float_rn(unsigned x) { return float(x); }
inline float __ll2float_rn(long long x) { return float(x); }
inline float __ull2float_rn(unsigned long long x) { return float(x); }
inline float __double2float_rn(double x) { return float(x); }

// Maths. `_rn`: rounded to nearest, and never fused into another operation
inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }
inline double rsqrt(double x) { return 1.0 / std::sqrt(x); }
inline float __expf(float x) { return std::exp(x); }
inline float __exp10f(float x) { return std::pow(10.0f, x); }
inline float __logf(float x) { return std::log(x); }
inline float __log2f(float x) { return std::log2(x); }
inline float __sinf(float x) { return std::sin(x); }
inline float __cosf(float x) { return std::cos(x); }
inline float __powf(float x, float y) { return std::pow(x, y); }
inline float __fdividef(float a, float b) { return a / b; }
inline float __frcp_rn(float x) { return 1.0f / x; }
inline float __fsqrt_rn(float x) { return std::sqrt(x); }
inline float __fmaf_rn(float a, float b, float c) { return std::fma(a, b, c); }
inline float __saturatef(float x) { return x > 0 ? (x < 1 ? x : 1.0f) : 0.0f; }
inline float __fadd_rn(float a, float b) {
    volatile float sum = a + b;
    return sum;
}
inline float __fmul_rn(float a, float b) {
    volatile float product = a * b;
    return product;
}
inline float __fdiv_rn(float a, float b) { return a / b; }

// CUDA's min and max, overloaded outside namespace std; with a NaN they give the other argument
#define SIMT_MIN_MAX(type)                                       \
    constexpr type min(type a, type b) { return b < a ? b : a; } \
    constexpr type max(type a, type b) { return a < b ? b : a; }
SIMT_MIN_MAX(int)
SIMT_MIN_MAX(unsigned)
SIMT_MIN_MAX(long)
SIMT_MIN_MAX(unsigned long)
SIMT_MIN_MAX(long long)
SIMT_MIN_MAX(unsigned long long)
#undef SIMT_MIN_MAX
inline float min(float a, float b) { return std::fmin(a, b); }
inline float max(float a, float b) { return std::fmax(a, b); }
inline double min(double a, double b) { return std::fmin(a, b); }
inline double max(double a, double b) { return std::fmax(a, b); }
// [/simt.intrinsics]
