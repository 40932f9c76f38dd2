#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/safetensors.h"
#include "core/text.h"

namespace seed {
namespace {

using NamedTensor = std::pair<const std::string, Tensor>;

// Wider values first, so that every array starts at a multiple of its value's size.
std::vector<const NamedTensor*> in_file_order(const Safetensors& contents) {
    std::vector<const NamedTensor*> order;
    for (const NamedTensor& tensor : contents.tensors) order.push_back(&tensor);
    std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
        return bytes_per_value(a->second.dtype) > bytes_per_value(b->second.dtype);
    });
    return order;
}

void check(const std::string& name, const Tensor& tensor) {
    require(name != "__metadata__", "expected another name than '__metadata__' for a tensor");
    const std::int64_t count = tensor.element_count();
    const std::size_t width = bytes_per_value(tensor.dtype);
    const bool fits =
        tensor.bytes.size() % width == 0 && std::cmp_equal(tensor.bytes.size() / width, count);
    require(fits, "expected tensor {} to have {} values of {} bytes, got {} bytes", in_quotes(name),
            count, width, tensor.bytes.size());
}

std::string header_text(const nlohmann::ordered_json& header) {
    try {
        return header.dump();
    } catch (const nlohmann::json::exception&) {
        fail("expected the names and metadata of the tensors to be UTF-8, got other bytes");
    }
}

}  // namespace

std::string serialize_safetensors(const Safetensors& contents) {
    const std::vector<const NamedTensor*> order = in_file_order(contents);

    // List the arrays, one after the other
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!contents.metadata.empty()) header["__metadata__"] = contents.metadata;
    std::size_t end = 0;
    for (const auto* named : order) {
        const auto& [name, tensor] = *named;
        check(name, tensor);
        const std::size_t begin = std::exchange(end, end + tensor.bytes.size());
        header[name] = {{"dtype", dtype_name(tensor.dtype)},
                        {"shape", tensor.shape},
                        {"data_offsets", {begin, end}}};
    }

    // Pad the header to a multiple of 8: the data is then aligned in the file
    std::string text = header_text(header);
    text.resize((text.size() + 7) / 8 * 8, ' ');

    // Put length, header and data together
    const std::uint64_t length = text.size();
    std::string bytes;
    bytes.reserve(sizeof length + text.size() + end);
    bytes.append(reinterpret_cast<const char*>(&length), sizeof length);
    bytes += text;
    for (const auto* named : order) {
        const std::vector<std::byte>& values = named->second.bytes;
        bytes.append(reinterpret_cast<const char*>(values.data()), values.size());
    }
    return bytes;
}

}  // namespace seed
