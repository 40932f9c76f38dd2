#include <fmt/ranges.h>

#include "transformer/trainer_impl.h"

namespace seed {

std::vector<std::int64_t> tensor_shape(Index rows, Index cols) {
    return rows == 1 ? std::vector<std::int64_t>{cols} : std::vector<std::int64_t>{rows, cols};
}

const Tensor& find_tensor(const Safetensors& tensors, const std::string& name, Index rows,
                          Index cols, const std::string& file) {
    const auto entry = tensors.tensors.find(name);
    require(entry != tensors.tensors.end(), "{}: expected a tensor {}, got none", file, name);
    const Tensor& tensor = entry->second;
    const std::vector<std::int64_t> shape = tensor_shape(rows, cols);
    require(tensor.dtype == DType::f32 && tensor.shape == shape,
            "{}: {}: expected F32 of shape ({}), got {} of shape ({})", file, name,
            fmt::join(shape, ", "), dtype_name(tensor.dtype), fmt::join(tensor.shape, ", "));
    return tensor;
}

}  // namespace seed
