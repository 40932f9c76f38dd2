// Files that lie. Each must give a one-line Error: no crash, no huge allocation.
#include "core/files.h"
#include "core/philox.h"
#include "core/safetensors.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"

using namespace seed;

namespace {

std::string length_bytes(std::uint64_t length) {
    return {reinterpret_cast<const char*>(&length), sizeof length};
}

std::string file_of(std::string_view header, std::size_t data_bytes) {
    return length_bytes(header.size()) + std::string(header) + std::string(data_bytes, '\1');
}

// The error of a file, checked to be one line that names the file.
std::string error_of_file(const std::string& bytes) {
    const std::string error = error_of([&] { parse_safetensors(bytes, "a.safetensors"); });
    const std::string start = "a.safetensors is not a valid safetensors file: ";
    CHECK(error.substr(0, start.size()) == start);
    CHECK(error.find_first_of("\r\n\x1b") == std::string::npos);
    CHECK(error.size() < 400);
    return error;
}

std::string error_of_header(std::string_view header, std::size_t data_bytes) {
    return error_of_file(file_of(header, data_bytes));
}

// The error of a tensor described by `entry`, in a file with 8 bytes of data.
std::string error_of_entry(std::string_view entry) {
    return error_of_header(fmt::format(R"({{"w":{}}})", entry), 8);
}

std::string entry_of(std::string_view dtype, std::string_view shape, std::string_view offsets) {
    return fmt::format(R"({{"dtype":{},"shape":{},"data_offsets":{}}})", dtype, shape, offsets);
}

using Catch::Matchers::Contains;
constexpr auto f32 = R"("F32")";

}  // namespace

TEST_CASE("a lying header length is refused without taking that memory") {
    CHECK_THAT(error_of_file(""), Contains("at least 8 bytes, got 0"));
    CHECK_THAT(error_of_file("1234567"), Contains("at least 8 bytes, got 7"));
    CHECK_THAT(error_of_file(length_bytes(3) + "{}"), Contains("got a length of 3"));
    CHECK_THAT(error_of_file(length_bytes(~std::uint64_t{0}) + "{}"), Contains("within the file"));
    CHECK_THAT(error_of_file(length_bytes(~std::uint64_t{0} - 7) + "{}"), Contains("100 MB"));
    CHECK_THAT(error_of_file(length_bytes(0) + "{}"), Contains("JSON object"));
    const std::string spaces(100'000'001, ' ');
    CHECK_THAT(error_of_file(length_bytes(spaces.size()) + spaces), Contains("100 MB"));
}

TEST_CASE("a header that is no JSON object is refused") {
    for (const auto* header : {"", " {}", "[]", "null", "\xEF\xBB\xBF{}"}) {
        CHECK_THAT(error_of_header(header, 0), Contains("JSON object"));
    }
    for (const auto* header : {"{", "{}x", "{\"a\":}", "{\"\xff\":1}", "{}\n{", "{/**/}"}) {
        CHECK_THAT(error_of_header(header, 0), Contains("syntax error at its byte"));
    }
    CHECK_THAT(error_of_header(R"({"a":1e999})", 0), Contains("too large"));
    CHECK_THAT(error_of_header(std::string("{}\0x", 4), 0), Contains("zero byte"));
}

TEST_CASE("a key given twice is refused, wherever it stands") {
    const std::string w = entry_of(f32, "[2]", "[0,8]");
    CHECK_THAT(error_of_header(fmt::format(R"({{"w":{},"w":{}}})", w, w), 8),
               Contains("got 'w' twice"));
    CHECK_THAT(error_of_entry(R"({"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,8]})"),
               Contains("got 'shape' twice"));
    CHECK_THAT(error_of_header(R"({"__metadata__":{"a":"1","a":"2"}})", 0),
               Contains("got 'a' twice"));
}

TEST_CASE("deep nesting is refused without overflowing the stack") {
    const std::string lists(5'000'000, '[');
    CHECK_THAT(error_of_header("{\"a\":" + lists, 0), Contains("got deeper"));
    std::string objects;
    for (int i = 0; i < 1'000'000; ++i) objects += "{\"a\":";
    CHECK_THAT(error_of_header(objects, 0), Contains("got deeper"));
    CHECK_THAT(error_of_entry(entry_of(f32, "[[2]]", "[0,8]")), Contains("got deeper"));
}

TEST_CASE("an entry that is not a dtype, a shape and two offsets is refused") {
    for (const auto* entry : {"1", "[]", "{}", R"({"dtype":"F32","shape":[2]})"}) {
        CHECK_THAT(error_of_entry(entry), Contains("an object of dtype, shape and data_offsets"));
    }
    for (const auto* dtype : {R"("f32")", R"("BF16")", R"("")", R"("\n\u001b[2J")"}) {
        CHECK_THAT(error_of_entry(entry_of(dtype, "[2]", "[0,8]")), Contains("expected dtype F32"));
    }
    CHECK_THAT(error_of_entry(entry_of("1", "[2]", "[0,8]")), Contains("a name as dtype"));
    for (const auto* shape : {"[-2]", "[2.0]", "[\"2\"]", "[9223372036854775808]",
                              "[99999999999999999999]", "[true]", "[null]"}) {
        CHECK_THAT(error_of_entry(entry_of(f32, shape, "[0,8]")), Contains("the shape to hold"));
    }
    CHECK_THAT(error_of_entry(entry_of(f32, "2", "[0,8]")), Contains("the shape to be a list"));
    for (const auto* offsets : {"[0.0,8]", "[-8,0]", "[0,1e3]", "[0,\"8\"]"}) {
        CHECK_THAT(error_of_entry(entry_of(f32, "[2]", offsets)), Contains("data_offsets to hold"));
    }
    CHECK_THAT(error_of_entry(entry_of(f32, "[2]", "[0,8,8]")), Contains("two data_offsets"));
    CHECK_THAT(error_of_entry(entry_of(f32, "[2]", "{}")), Contains("data_offsets to be a list"));
}

TEST_CASE("offsets that lie outside of the data or do not fit the shape are refused") {
    for (const auto* offsets : {"[8,0]", "[0,9]", "[8,16]", "[0,9223372036854775807]"}) {
        CHECK_THAT(error_of_entry(entry_of(f32, "[2]", offsets)), Contains("begin <= end <= 8"));
    }
    CHECK_THAT(error_of_entry(entry_of(f32, "[3]", "[0,8]")), Contains("expected 3 values"));
    CHECK_THAT(error_of_entry(entry_of(f32, "[2]", "[0,7]")), Contains("expected 2 values"));
    CHECK_THAT(error_of_entry(entry_of(f32, "[]", "[0,8]")), Contains("expected 1 values"));
    CHECK_THAT(error_of_entry(entry_of(f32, "[0,5]", "[0,8]")), Contains("expected 0 values"));
    // 2^62 + 2 values of 4 bytes are 8 bytes modulo 2^64
    CHECK_THAT(error_of_entry(entry_of(f32, "[4611686018427387906]", "[0,8]")),
               Contains("8 bytes"));
    CHECK_THAT(error_of_entry(entry_of(f32, "[4294967296,4294967296]", "[0,0]")),
               Contains("fewer than 2^63"));
}

TEST_CASE("arrays that overlap or leave a hole, and bytes that belong to none, are refused") {
    const auto error_of_two = [](std::string_view a, std::string_view b) {
        return error_of_header(
            fmt::format(R"({{"a":{},"b":{}}})", entry_of(f32, "[2]", a), entry_of(f32, "[2]", b)),
            20);
    };
    CHECK_THAT(error_of_two("[0,8]", "[4,12]"), Contains("tensor 'b' to begin at byte 8, got an"));
    CHECK_THAT(error_of_two("[0,8]", "[0,8]"), Contains("overlap"));
    CHECK_THAT(error_of_two("[12,20]", "[0,8]"),
               Contains("tensor 'a' to begin at byte 8, got a h"));
    CHECK_THAT(error_of_two("[4,12]", "[12,20]"), Contains("hole"));
    CHECK_THAT(error_of_two("[0,8]", "[8,16]"), Contains("expected 16 bytes"));
    CHECK_THAT(error_of_header("{}", 1), Contains("expected 0 bytes after the header, got 1"));
}

TEST_CASE("metadata other than strings is refused") {
    CHECK_THAT(error_of_header(R"({"__metadata__":[]})", 0),
               Contains("to be an object, got array"));
    CHECK_THAT(error_of_header(R"({"__metadata__":{"a":1}})", 0), Contains("string, got number"));
}

TEST_CASE("every truncation of a file, and a byte more, is refused") {
    Safetensors contents;
    const std::vector<float> values{1, 2, 3};
    contents.tensors["w"] = Tensor::from<float>(values, {3});
    const std::string whole = serialize_safetensors(contents);
    for (std::size_t size = 0; size < whole.size(); ++size) error_of_file(whole.substr(0, size));
    error_of_file(whole + "\n");
}

TEST_CASE("random damage to a header gives an Error or a file that can be read, nothing else") {
    const std::string whole = read_file(SEED_SOURCE_DIR "/tests/core/fixtures/python.safetensors");
    const std::string_view signs = "0123456789-.,:[]{}\"\\ e\xff\x00";
    for (std::uint64_t id = 0; id < 10'000; ++id) {
        RandomStream random({11}, id);
        std::string damaged = whole;
        for (int i = random.between(1, 3); i > 0; --i) {
            damaged[random.below(584)] = random.pick(signs);
        }
        error_of([&] { parse_safetensors(damaged, "damaged"); });
    }
}

TEST_CASE("a file that is missing or a folder is named in the error") {
    const TemporaryFolder folder;
    CHECK(error_of([&] { read_safetensors(folder / "no"); }) ==
          fmt::format("cannot read '{}': No such file or directory", (folder / "no").string()));
    CHECK_THAT(error_of([&] { read_safetensors(folder.path()); }), Contains("Is a directory"));
}
