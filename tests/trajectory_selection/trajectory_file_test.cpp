// Trajectories on disk: what is written is read, and nothing else.
#include "trajectory_selection/trajectory_file.h"

#include <cmath>

#include "core/files.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"
#include "tests/transformer/random_model.h"

using namespace seed;

namespace {

TrajectoryFile example() {
    return {"00000000000000aa",
            "00000000000000bb",
            {{1, 5, 6, 7}, {2, 8, 9, 4}},
            {0, 0, 1},
            {{{-1, 0, 1, 1}, 2, -1.25}, {{-1, 2, 0, 1}, 3, std::nan("")}, {{-1, -1, 0, 0}, 1, -3}}};
}

constexpr Index vocabulary = 10;

// The error of reading the example after a change to its tensors.
template <class Change>
std::string error_after(Change&& change) {
    const TemporaryFolder folder;
    Safetensors tensors = to_safetensors(example());
    change(tensors);
    write_safetensors(folder / "t.safetensors", tensors);
    const std::string error =
        error_of([&] { read_trajectories(folder / "t.safetensors", vocabulary); });
    const std::string name = (folder / "t.safetensors").string() + ": ";
    return error.starts_with(name) ? error.substr(name.size()) : error;
}

template <class T>
void put(Safetensors& tensors, const char* name, std::size_t at, T value) {
    std::memcpy(tensors.tensors[name].bytes.data() + at * sizeof(T), &value, sizeof(T));
}

}  // namespace

TEST_CASE("trajectories come back from the disk as they were") {
    const TemporaryFolder folder;
    write_safetensors(folder / "t.safetensors", to_safetensors(example()));
    const TrajectoryFile file = read_trajectories(folder / "t.safetensors", vocabulary);
    const TrajectoryFile expected = example();
    CHECK(file.model == expected.model);
    CHECK(file.tokenizer == expected.tokenizer);
    CHECK(file.ids == expected.ids);
    CHECK(file.text == expected.text);
    REQUIRE(file.trajectories.size() == 3);
    for (std::size_t p = 0; p < 3; ++p) {
        CHECK(file.trajectories[p].reveal == expected.trajectories[p].reveal);
        CHECK(file.trajectories[p].steps == expected.trajectories[p].steps);
    }
    CHECK(file.trajectories[0].score == -1.25);
    CHECK(std::isnan(file.trajectories[1].score));
}

TEST_CASE("a damaged file of trajectories is refused, and says why") {
    CHECK(error_after([](auto&) {}).empty());
    CHECK(error_after([](auto& t) { t.metadata.erase("model"); }) ==
          "expected \"model\" in the metadata, got none");
    CHECK(error_after([](auto& t) { t.metadata["format"] = "pt"; }) ==
          "expected a file of \"seed trajectories 1\", got \"pt\"");
    CHECK(error_after([](auto& t) { t.tensors.erase("score"); }).find("score") !=
          std::string::npos);
    CHECK(error_after([](auto& t) { put<std::int32_t>(t, "ids", 2, 10); }) ==
          "ids: expected tokens in 0 ... 9, got 10");
    CHECK(error_after([](auto& t) { put<std::int32_t>(t, "reveal", 1, 1); }) ==
          "reveal, row 0: expected every step to reveal a position, got none at 0");
    CHECK(error_after([](auto& t) { put<std::int32_t>(t, "reveal", 1, -2); }) ==
          "reveal, row 0: expected steps in -1 ... 1, got -2");
    CHECK(error_after([](auto& t) { put<std::int32_t>(t, "reveal", 5, 2'000'000'000); }) ==
          "reveal, row 1: expected steps below 4, got 2000000000");
    CHECK(error_after([](auto& t) { put<std::int32_t>(t, "text", 2, 2); }) ==
          "text: expected 0 ... 1, got 2");
    CHECK(error_after([](auto& t) { put<std::int32_t>(t, "text", 0, 1); }) ==
          "text: expected ascending numbers, got others");
    CHECK(error_after([](auto& t) {
              t.tensors["score"].shape = {1, 3};
          }) == "score: expected F64 of shape (3), got F64 of (1, 3)");
    CHECK(error_after([](auto& t) {
              t.tensors["reveal"].shape = {6, 2};
          }) == "reveal: expected rows of 4 tokens, got 2");
    CHECK(error_after([](auto& t) { put<double>(t, "score", 0, 0.5); }) ==
          "score: expected NaN or nats, at most 0, got 0.5");
    CHECK(error_after([](auto& t) { put<double>(t, "score", 1, -HUGE_VAL); }) ==
          "score: expected NaN or nats, at most 0, got -inf");
    CHECK(error_after([](auto& t) {
              t.tensors["ids"].shape = {1'000'000'000'000, 0};
              t.tensors["ids"].bytes.clear();
          }) == "ids: expected texts of at least one token, got none");
    CHECK(error_after([](auto& t) { t.tensors["ids"].shape = {8}; }) ==
          "ids: expected a matrix, got 1 dimensions");
}

TEST_CASE("a file of another model, tokenizer or canvas, or without a trajectory, is refused") {
    const TemporaryFolder folder;
    const auto file = folder / "t.safetensors";
    write_safetensors(file, to_safetensors(example()));
    const auto error = [&](const char* model, const char* tokenizer, Index canvas) {
        const TrajectoryFile read = read_trajectories(file, vocabulary);
        return error_of([&] { check_trajectories_of(read, file, model, tokenizer, canvas); });
    };
    const std::string a = "00000000000000aa", b = "00000000000000bb", name = file.string();
    CHECK(error(a.c_str(), b.c_str(), 4).empty());
    CHECK(error("ff", b.c_str(), 4) ==
          name + ": expected trajectories of the model ff, got those of " + a);
    CHECK(error(a.c_str(), "ff", 4) ==
          name + ": expected trajectories of the tokenizer ff, got those of " + b);
    CHECK(error(a.c_str(), b.c_str(), 5) ==
          name + ": expected trajectories on a canvas of 5 tokens, got 4");
    TrajectoryFile empty = example();
    empty.text.clear(), empty.trajectories.clear();
    write_safetensors(file, to_safetensors(empty));
    CHECK(error(a.c_str(), b.c_str(), 4) == name + ": expected a trajectory, got an empty pool");
    empty.ids.clear();
    write_safetensors(file, to_safetensors(empty));
    CHECK(error(a.c_str(), b.c_str(), 4) == name + ": expected a trajectory, got an empty pool");
}

TEST_CASE("a digest changes with any weight") {
    auto model = random_model<float>(small_config(), "model");
    const std::string digest = digest_of(model.parameters());
    CHECK(digest.size() == 16);
    CHECK(digest_of(model.parameters()) == digest);
    auto& last = model.parameters().named().back().view;
    last.data[last.size() - 1] = std::nextafter(last.data[last.size() - 1], 100.0f);
    CHECK(digest_of(model.parameters()) != digest);
}
