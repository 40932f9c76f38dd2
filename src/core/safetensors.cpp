#include "core/safetensors.h"

#include <array>
#include <utility>

#include "core/files.h"
#include "core/text.h"

namespace seed {
namespace {

struct DTypeFacts {
    std::string_view name;
    std::size_t bytes;
};

constexpr std::array<DTypeFacts, 5> facts{
    {{"F32", 4}, {"F64", 8}, {"I32", 4}, {"I64", 8}, {"U8", 1}}};  // in the order of DType

}  // namespace

std::string_view dtype_name(DType dtype) { return facts[static_cast<std::size_t>(dtype)].name; }

std::size_t bytes_per_value(DType dtype) { return facts[static_cast<std::size_t>(dtype)].bytes; }

std::int64_t element_count(std::span<const std::int64_t> shape) {
    std::int64_t count = 1;
    for (const std::int64_t size : shape) {
        require(size >= 0, "expected no negative size in a shape, got {}", size);
        const bool overflows = __builtin_mul_overflow(count, size, &count);
        require(!overflows, "expected a shape of fewer than 2^63 elements, got more");
    }
    return count;
}

const Tensor& Safetensors::at(const std::string& name) const {
    const auto found = tensors.find(name);
    require(found != tensors.end(), "expected a tensor {}, got none of that name", in_quotes(name));
    return found->second;
}

Safetensors read_safetensors(const std::filesystem::path& path) {
    return parse_safetensors(read_file(path), path.string());
}

void write_safetensors(const std::filesystem::path& path, const Safetensors& contents) {
    write_file_atomically(path, serialize_safetensors(contents));
}

}  // namespace seed
