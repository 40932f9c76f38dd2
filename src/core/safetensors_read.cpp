#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/safetensors.h"
#include "core/text.h"

namespace seed {
namespace {

using nlohmann::json;

// One array as the header describes it: data[begin, end).
struct Entry {
    std::string name;
    DType dtype;
    std::vector<std::int64_t> shape;
    std::uint64_t begin, end;
};

// Refuses, while the text is being read, what a finished JSON value no longer shows: a key given
// twice, and nesting deeper than that of the numbers in {"w": {"shape": [2, 3]}}.
struct HeaderGuard {
    using Event = json::parse_event_t;
    std::vector<std::set<std::string>> keys = {};  // by depth: of the objects now being read

    bool operator()(int depth, Event event, const json& parsed) {
        const bool opens = event == Event::object_start || event == Event::array_start;
        require(!opens || depth < 3, "expected a header of JSON nested 3 deep, got deeper");
        if (event == Event::object_start) {
            keys.resize(static_cast<std::size_t>(depth));
            keys.emplace_back();
        } else if (event == Event::key) {
            const auto& name = parsed.get_ref<const std::string&>();
            require(keys[static_cast<std::size_t>(depth - 1)].insert(name).second,
                    "expected each key of the header once, got {} twice", in_quotes(name));
        }
        return true;
    }
};

json parse_header(std::string_view text) {
    require(text.starts_with('{'), "expected the header to be a JSON object, got no '{{' first");
    // The JSON library takes a zero byte for the end of the text and would not look behind it
    require(text.find('\0') == text.npos, "expected the header to be JSON, got a zero byte");
    try {
        return json::parse(text, HeaderGuard{});
    } catch (const json::parse_error& error) {
        fail("expected the header to be JSON, got a syntax error at its byte {}", error.byte);
    } catch (const json::exception&) {
        fail("expected the header to be JSON, got a number that is too large");
    }
}

std::map<std::string, std::string> parse_metadata(const json& object) {
    require(object.is_object(), "expected '__metadata__' to be an object, got {}",
            object.type_name());
    std::map<std::string, std::string> metadata;
    for (const auto& [key, value] : object.items()) {
        require(value.is_string(), "expected the metadata {} to be a string, got {}",
                in_quotes(key), value.type_name());
        metadata[key] = value.get<std::string>();
    }
    return metadata;
}

DType parse_dtype(const json& value) {
    require(value.is_string(), "expected a name as dtype, got {}", value.type_name());
    const auto& name = value.get_ref<const std::string&>();
    for (const DType dtype : {DType::f32, DType::f64, DType::i32, DType::i64, DType::u8}) {
        if (dtype_name(dtype) == name) return dtype;
    }
    fail("expected dtype F32, F64, I32, I64 or U8, got {}", in_quotes(name));
}

std::vector<std::int64_t> parse_sizes(const json& array, std::string_view what) {
    require(array.is_array(), "expected {} to be a list, got {}", what, array.type_name());
    std::vector<std::int64_t> sizes;
    for (const json& size : array) {
        const bool is_valid =
            size.is_number_unsigned() && std::in_range<std::int64_t>(size.get<std::uint64_t>());
        require(is_valid, "expected {} to hold integers from 0 to 2^63 - 1, got {}", what,
                in_quotes(size.dump()));
        sizes.push_back(size.get<std::int64_t>());
    }
    return sizes;
}

Entry parse_entry(const std::string& name, const json& object, std::size_t data_bytes) {
    const bool has_all = object.is_object() && object.size() == 3 && object.contains("dtype") &&
                         object.contains("shape") && object.contains("data_offsets");
    require(has_all, "expected an object of dtype, shape and data_offsets, got something else");
    const DType dtype = parse_dtype(object["dtype"]);
    std::vector<std::int64_t> shape = parse_sizes(object["shape"], "the shape");
    const std::vector<std::int64_t> offsets = parse_sizes(object["data_offsets"], "data_offsets");
    require(offsets.size() == 2, "expected two data_offsets, got {}", offsets.size());

    // Hold what the offsets say against the file, then against the shape
    const auto begin = static_cast<std::uint64_t>(offsets[0]);
    const auto end = static_cast<std::uint64_t>(offsets[1]);
    require(begin <= end && end <= data_bytes,
            "expected data_offsets begin <= end <= {}, the bytes after the header, got [{}, {}]",
            data_bytes, begin, end);
    const auto count = static_cast<std::uint64_t>(element_count(shape));
    const std::uint64_t width = bytes_per_value(dtype);
    require((end - begin) % width == 0 && (end - begin) / width == count,
            "expected {} values of {} bytes, as shape and dtype say, got {} bytes", count, width,
            end - begin);
    return {name, dtype, std::move(shape), begin, end};
}

// Each array must begin where the one before it ends: neither holes nor overlaps.
void check_coverage(std::vector<Entry>& entries, std::size_t data_bytes) {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t covered = 0;
    for (const Entry& entry : entries) {
        require(entry.begin == covered, "expected tensor {} to begin at byte {}, got {} at {}",
                in_quotes(entry.name), covered, entry.begin < covered ? "an overlap" : "a hole",
                entry.begin);
        covered = entry.end;
    }
    require(covered == data_bytes, "expected {} bytes after the header, got {}", covered,
            data_bytes);
}

Safetensors parse(std::string_view bytes) {
    // Find the header, trusting no length
    constexpr std::uint64_t largest_header = 100'000'000;  // the format's own limit
    std::uint64_t length = 0;
    require(bytes.size() >= sizeof length, "expected at least 8 bytes, got {}", bytes.size());
    std::memcpy(&length, bytes.data(), sizeof length);
    bytes.remove_prefix(sizeof length);
    require(length <= std::min(largest_header, std::uint64_t{bytes.size()}),
            "expected a header of at most 100 MB and within the file, got a length of {}", length);
    const json header = parse_header(bytes.substr(0, length));
    const std::string_view data = bytes.substr(length);

    // Check all it says before taking memory for the values
    Safetensors contents;
    std::vector<Entry> entries;
    for (const auto& [name, object] : header.items()) {
        if (name == "__metadata__") {
            contents.metadata = parse_metadata(object);
            continue;
        }
        try {
            entries.push_back(parse_entry(name, object, data.size()));
        } catch (const Error& error) {
            fail("tensor {}: {}", in_quotes(name), error.what());
        }
    }
    check_coverage(entries, data.size());

    // Copy the values
    const auto* first = reinterpret_cast<const std::byte*>(data.data());
    for (Entry& entry : entries) {
        contents.tensors[std::move(entry.name)] = {
            entry.dtype, std::move(entry.shape), {first + entry.begin, first + entry.end}};
    }
    return contents;
}

}  // namespace

Safetensors parse_safetensors(std::string_view bytes, std::string_view file_name) {
    try {
        return parse(bytes);
    } catch (const Error& error) {
        fail("{} is not a valid safetensors file: {}", one_line(file_name), error.what());
    }
}

}  // namespace seed
