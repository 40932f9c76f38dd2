// Canvases: laid out, batched, and read back.
#include "transformer/canvas.h"

#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {
constexpr std::int32_t eos = 9;
}

TEST_CASE("a canvas is the prompt, the completion, and eos to the end") {
    const Canvas canvas = make_canvas({1, 2}, {3, 4, 5}, 8, eos);
    CHECK(canvas.ids == Ids{1, 2, 3, 4, 5, eos, eos, eos});
    CHECK(canvas.prompt_length == 2);
    CHECK(canvas.content_length == 6);
}

TEST_CASE("a canvas without a prompt or completion still ends with eos") {
    const Canvas canvas = make_canvas({}, {}, 2, eos);
    CHECK(canvas.ids == Ids{eos, eos});
    CHECK(canvas.prompt_length == 0);
    CHECK(canvas.content_length == 1);
}

TEST_CASE("a canvas may be full, but must hold one eos") {
    CHECK(make_canvas({1}, {2, 3}, 4, eos).ids == Ids{1, 2, 3, eos});
    CHECK(error_of([] { make_canvas({1}, {2, 3}, 3, eos); }) ==
          "canvas: expected prompt, completion and end within 3 tokens, got 1 + 2 + 1");
}

TEST_CASE("a batch lays canvases one below the other, under the full mask") {
    const TokenBatch batch =
        batch_of({make_canvas({1}, {2}, 3, eos), make_canvas({3}, {}, 3, eos)});
    CHECK(batch.batch == 2);
    CHECK(batch.positions == 3);
    CHECK(batch.ids == Ids{1, 2, eos, 3, eos, eos});
    CHECK(batch.mask.block == 0);
    CHECK(batch.lengths.empty());
}

TEST_CASE("a batch of no canvas or of several lengths is refused") {
    CHECK(error_of([] { batch_of({}); }) == "batch: expected at least one canvas, got none");
    CHECK(error_of([] { batch_of({make_canvas({}, {}, 3, eos), make_canvas({}, {}, 4, eos)}); }) ==
          "batch: expected canvases of 3 tokens, got 4");
}

TEST_CASE("a completion ends before the first eos, or with the canvas") {
    CHECK(completion_of(Ids{1, 2, 3, eos, 4}, 1, eos) == Ids{2, 3});
    CHECK(completion_of(Ids{1, 2, 3}, 1, eos) == Ids{2, 3});
    CHECK(completion_of(Ids{1, eos}, 1, eos).empty());
    CHECK(completion_of(Ids{eos, 2, eos}, 1, eos) == Ids{2});
}
