// CUDA's small vector types, with CUDA's alignment: a float4 is loaded in one 16-byte access.
#pragma once

struct uint3 {
    unsigned x, y, z;
};

// Sizes of a grid or a block; what is not given is 1.
struct dim3 {
    unsigned x, y, z;
    constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
    constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
};

#define SIMT_VECTOR_TYPES(scalar, name)                                         \
    struct alignas(2 * sizeof(scalar)) name##2 {                                \
        scalar x, y;                                                            \
    };                                                                          \
    struct alignas(4 * sizeof(scalar) < 16 ? 4 * sizeof(scalar) : 16) name##4 { \
        scalar x, y, z, w;                                                      \
    };                                                                          \
    constexpr name##2 make_##name##2(scalar x, scalar y) { return {x, y}; }     \
    constexpr name##4 make_##name##4(scalar x, scalar y, scalar z, scalar w) {  \
        return {x, y, z, w};                                                    \
    }

SIMT_VECTOR_TYPES(float, float)
SIMT_VECTOR_TYPES(double, double)
SIMT_VECTOR_TYPES(int, int)
SIMT_VECTOR_TYPES(unsigned, uint)
SIMT_VECTOR_TYPES(short, short)
SIMT_VECTOR_TYPES(unsigned short, ushort)
SIMT_VECTOR_TYPES(signed char, char)
SIMT_VECTOR_TYPES(unsigned char, uchar)
SIMT_VECTOR_TYPES(long long, longlong)
SIMT_VECTOR_TYPES(unsigned long long, ulonglong)

#undef SIMT_VECTOR_TYPES

struct float3 {
    float x, y, z;
};
struct int3 {
    int x, y, z;
};
constexpr float3 make_float3(float x, float y, float z) { return {x, y, z}; }
constexpr int3 make_int3(int x, int y, int z) { return {x, y, z}; }
constexpr uint3 make_uint3(unsigned x, unsigned y, unsigned z) { return {x, y, z}; }
