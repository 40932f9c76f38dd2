#include "core/safetensors.h"

#include <limits>

#include "core/files.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"

using namespace seed;

namespace {

template <class T>
Tensor tensor_of(std::vector<T> values, std::vector<std::int64_t> shape) {
    return Tensor::from(std::span<const T>(values), std::move(shape));
}

template <class T>
std::vector<T> values_of(const Tensor& tensor) {
    const std::span<const T> values = tensor.values<T>();
    return {values.begin(), values.end()};
}

Safetensors one_of_each_kind() {
    Safetensors contents;
    contents.tensors["matrix"] = tensor_of<float>({1, 2, 3, 4, 5, -6.5}, {2, 3});
    contents.tensors["wide"] = tensor_of<double>({0.1, -0.2}, {2, 1});
    contents.tensors["ids"] = tensor_of<std::int32_t>({-1, 7}, {2});
    contents.tensors["count"] = tensor_of<std::int64_t>({1L << 60}, {});
    contents.tensors["bytes"] = tensor_of<std::uint8_t>({0, 255, 3}, {3});
    contents.tensors["empty"] = tensor_of<float>({}, {4, 0});
    contents.metadata = {{"step", "10"}, {"größe", "a \"b\"\n"}};
    return contents;
}

void check_equal(const Safetensors& a, const Safetensors& b) {
    CHECK(a.metadata == b.metadata);
    REQUIRE(a.tensors.size() == b.tensors.size());
    for (const auto& [name, tensor] : a.tensors) {
        INFO(name);
        CHECK(tensor.dtype == b.at(name).dtype);
        CHECK(tensor.shape == b.at(name).shape);
        CHECK(tensor.bytes == b.at(name).bytes);
    }
}

}  // namespace

TEST_CASE("safetensors that are written come back as they were") {
    const TemporaryFolder folder;
    for (const Safetensors& contents : {one_of_each_kind(), Safetensors{}}) {
        write_safetensors(folder / "a.safetensors", contents);
        check_equal(read_safetensors(folder / "a.safetensors"), contents);
        CHECK(folder.entries() == 1);
    }
}

TEST_CASE("a file written by Python's safetensors is read") {
    const Safetensors contents =
        read_safetensors(SEED_SOURCE_DIR "/tests/core/fixtures/python.safetensors");
    CHECK(contents.metadata ==
          std::map<std::string, std::string>{{"step", "10"}, {"größe", "tiny"}});
    CHECK(contents.tensors.size() == 8);

    const Tensor& matrix = contents.at("matrix.f32");
    CHECK(matrix.shape == std::vector<std::int64_t>{2, 3});
    CHECK(values_of<float>(matrix) == std::vector<float>{1.5, -2, 3.25, 0, 1e-30f, -1e30f});
    CHECK(values_of<double>(contents.at("vector.f64")) == std::vector<double>{0.1, -0.2});
    CHECK(contents.at("scalar.f64").shape.empty());
    CHECK(values_of<double>(contents.at("scalar.f64")) == std::vector<double>{2.5});
    CHECK(contents.at("cube.i32").shape == std::vector<std::int64_t>{2, 2, 2});
    CHECK(values_of<std::int32_t>(contents.at("cube.i32")).back() == 3);
    using Int64 = std::numeric_limits<std::int64_t>;
    CHECK(values_of<std::int64_t>(contents.at("vector.i64")) ==
          std::vector<std::int64_t>{Int64::min(), Int64::max()});
    CHECK(values_of<std::uint8_t>(contents.at("bytes.u8")) == std::vector<std::uint8_t>{0, 1, 255});
    CHECK(contents.at("empty.f32").shape == std::vector<std::int64_t>{0, 3});
    CHECK(contents.at("empty.f32").values<float>().empty());
    CHECK(values_of<std::int32_t>(contents.at("näme \"with\" signs\n")).at(0) == 7);
}

TEST_CASE("the bytes of a written file are those of the format") {
    Safetensors contents;
    contents.tensors["a"] = tensor_of<std::uint8_t>({1, 2}, {2});
    contents.tensors["b"] = tensor_of<float>({1}, {1});
    std::string header = R"({"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                         R"("a":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}})";
    while (header.size() % 8 != 0) header += ' ';
    const std::string length{static_cast<char>(header.size()), 0, 0, 0, 0, 0, 0, 0};
    const std::string data{0, 0, '\x80', '\x3f', 1, 2};
    CHECK(serialize_safetensors(contents) == length + header + data);
}

TEST_CASE("values are read only as the type they have, and only where they are aligned") {
    const Tensor tensor = tensor_of<float>({1, 2}, {2});
    CHECK(error_of([&] { tensor.values<double>(); }) == "expected a tensor of F64, got F32");
    const Safetensors contents = parse_safetensors(serialize_safetensors(one_of_each_kind()), "a");
    for (const auto& [name, t] : contents.tensors) {
        CHECK(reinterpret_cast<std::uintptr_t>(t.bytes.data()) % bytes_per_value(t.dtype) == 0);
    }
    CHECK(error_of([&] { contents.at("nothing"); }) ==
          "expected a tensor 'nothing', got none of that name");
}

TEST_CASE("tensors that do not fit their shape or name are refused when made and when written") {
    CHECK(error_of([] {
              tensor_of<float>({1, 2}, {3});
          }) == "expected 3 values for the shape, got 2");
    CHECK(error_of([] {
              tensor_of<float>({}, {0, -1});
          }) == "expected no negative size in a shape, got -1");
    CHECK_THROWS_AS(tensor_of<float>({}, {1L << 40, 1L << 40}), Error);

    Safetensors contents;
    contents.tensors["a"] = tensor_of<float>({1, 2}, {2});
    contents.tensors["a"].shape = {3};
    CHECK(error_of([&] { serialize_safetensors(contents); }) ==
          "expected tensor 'a' to have 3 values of 4 bytes, got 8 bytes");
    for (const std::string name : {"\xff", "__metadata__"}) {
        contents.tensors.clear();
        contents.tensors[name] = tensor_of<float>({1}, {1});
        CHECK_THROWS_AS(serialize_safetensors(contents), Error);
    }
}
