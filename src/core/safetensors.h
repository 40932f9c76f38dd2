// The safetensors file format: named arrays with a JSON header, as Python's `safetensors` reads and
// writes it.
//
//     8 bytes   n, the length of the header, little-endian
//     n bytes   {"__metadata__": {"step": "10"},
//                "w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...}  and spaces
//     the rest  the values of all arrays, row by row, little-endian, without gaps or overlaps;
//               data_offsets are [begin, end) in bytes from here
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/require.h"

namespace seed {

static_assert(std::endian::native == std::endian::little,
              "values are copied as they lie in memory");

enum class DType { f32, f64, i32, i64, u8 };

std::string_view dtype_name(DType dtype);  // as the file spells it: "F32"
std::size_t bytes_per_value(DType dtype);

// The dtype of a C++ type, given any value of it. Other types do not compile.
constexpr DType dtype_of(float) { return DType::f32; }
constexpr DType dtype_of(double) { return DType::f64; }
constexpr DType dtype_of(std::int32_t) { return DType::i32; }
constexpr DType dtype_of(std::int64_t) { return DType::i64; }
constexpr DType dtype_of(std::uint8_t) { return DType::u8; }
template <class T>
DType dtype_of(T) = delete;

// The number of elements of an array: the product of the shape, 1 for a scalar (shape {}).
// Throws Error if a size is negative or the product exceeds 64 bits.
std::int64_t element_count(std::span<const std::int64_t> shape);

// An array of any shape, row-major. The bytes start at an address aligned for every dtype.
struct Tensor {
    DType dtype = DType::f32;
    std::vector<std::int64_t> shape;
    std::vector<std::byte> bytes;  // element_count() * bytes_per_value(dtype) of them

    std::int64_t element_count() const { return seed::element_count(shape); }

    // A copy of `values`. Throws Error if there are more or fewer than the shape says.
    template <class T>
    static Tensor from(std::span<const T> values, std::vector<std::int64_t> shape) {
        const std::int64_t count = seed::element_count(shape);
        require(std::cmp_equal(values.size(), count), "expected {} values for the shape, got {}",
                count, values.size());
        const std::span<const std::byte> bytes = std::as_bytes(values);
        return {dtype_of(T{}), std::move(shape), {bytes.begin(), bytes.end()}};
    }

    // A view of the values, valid as long as the tensor. Throws Error if T is not their type.
    template <class T>
    std::span<const T> values() const {
        require(dtype == dtype_of(T{}), "expected a tensor of {}, got {}",
                dtype_name(dtype_of(T{})), dtype_name(dtype));
        return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
    }
};

struct Safetensors {
    std::map<std::string, Tensor> tensors;
    std::map<std::string, std::string> metadata;

    // Throws Error if there is no tensor of that name.
    const Tensor& at(const std::string& name) const;
};

// Throws Error, naming the file and what is wrong, unless every byte is as the format demands:
// the header's length, its JSON, each name, dtype and shape, and that the offsets cover the data.
// No memory is taken on the word of a header: sizes are checked against the bytes that are there.
Safetensors read_safetensors(const std::filesystem::path& path);
Safetensors parse_safetensors(std::string_view bytes, std::string_view file_name);

// The file is replaced atomically (core/files.h). Throws Error if a tensor's bytes do not fit its
// shape or a name is not UTF-8.
void write_safetensors(const std::filesystem::path& path, const Safetensors& contents);
std::string serialize_safetensors(const Safetensors& contents);

}  // namespace seed
