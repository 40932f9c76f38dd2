// What the launchers of linear layers and gates refuse, and those whose grid would be too high.
#include "tests/support/refusals.h"
#include "transformer/matmul_device.h"
#include "transformer/rms_norm_device.h"
#include "transformer/swiglu_device.h"

using namespace seed;

namespace {

const auto matrix = shaped(3, 4), other = shaped(3, 5), column = shaped(3, 1);

}  // namespace

TEST_CASE("factors of a product fit each other", "[refusals]") {
    const auto weight = shaped(6, 4), y = shaped(3, 6), wrong = shaped(6, 5);
    for (auto* forward : {matmul_forward_thread_per_output, matmul_forward_tiled,
                          matmul_forward_register_tiled, matmul_forward_cublas,
                          matmul_forward_warp_per_column}) {
        const std::string name = "matmul_forward: ";
        check_refusals({
            {[&] { forward(y, other, weight); }, shape(name + "x")},
            {[&] { forward(shaped(2, 6), matrix, weight); }, shape(name + "x", "2, 4", "3, 4")},
            {[&] { forward(other, matrix, weight); }, shape(name + "weight", "5, 4", "6, 4")},
        });
    }
    for (auto* backward : {matmul_backward_input_thread_per_output, matmul_backward_input_tiled,
                           matmul_backward_input_register_tiled, matmul_backward_input_cublas}) {
        const std::string name = "matmul_backward_input: ";
        check_refusals({
            {[&] { backward(matrix, other, weight); }, shape(name + "dy", "3, 6", "3, 5")},
            {[&] { backward(matrix, y, wrong); }, shape(name + "weight", "6, 4", "6, 5")},
        });
    }
    for (auto* backward : {matmul_backward_weight_thread_per_output, matmul_backward_weight_tiled,
                           matmul_backward_weight_register_tiled, matmul_backward_weight_cublas}) {
        const std::string name = "matmul_backward_weight: ";
        check_refusals({
            {[&] { backward(weight, other, matrix); }, shape(name + "dy", "3, 6", "3, 5")},
            {[&] { backward(weight, y, other); }, shape(name + "x")},
        });
    }
}

TEST_CASE("who needs a grid too high, or sizes too large for cuBLAS, is told the limit",
          "[refusals]") {
    const Index most = 65535, large = Index{1} << 31;
    const auto rows = [](Index count) { return shaped(count, 1); };
    const auto check = [&](auto product, Index tile) {
        const Index n = tile * most + 1;
        check_refusals({{[&] { product(rows(n)); },
                         fmt::format("matmul: rows: expected at most {}, got {}", n - 1, n)}});
    };
    const auto one = rows(1);
    check([&](auto y) { matmul_forward_tiled(y, y, one); }, 16);
    check([&](auto y) { matmul_forward_register_tiled(y, y, one); }, 64);
    check([&](auto x) { matmul_backward_input_tiled(x, x, one); }, 16);
    check([&](auto x) { matmul_backward_input_register_tiled(x, x, one); }, 64);
    const auto wide = [](auto w) { return shaped(1, w.rows); };
    check([&](auto w) { matmul_backward_weight_tiled(w, wide(w), one); }, 16);
    check([&](auto w) { matmul_backward_weight_register_tiled(w, wide(w), one); }, 64);

    const auto many = rows(64 * most + 1);
    check_refusals({
        {[&] { add_bias_backward_in_pieces(one, many); },
         "add_bias_backward: rows: expected at most 4194240, got 4194241"},
        {[&] { rms_norm_backward_row_per_warp(many, one, many, many, many, one); },
         "rms_norm_backward: rows: expected at most 4194240, got 4194241"},
        {[&] { matmul_forward_cublas(rows(large), rows(large), one); },
         "cublasSgemm: expected sizes below 2^31, got 2147483648"},
        {[&] { matmul_backward_input_cublas(wide(rows(large)), one, wide(rows(large))); },
         "cublasSgemm: expected sizes below 2^31, got 2147483648"},
        {[&] { matmul_backward_weight_cublas(one, rows(large), rows(large)); },
         "cublasSgemm: expected sizes below 2^31, got 2147483648"},
    });
}

TEST_CASE("a bias has a number for each column, a gate one for each element", "[refusals]") {
    const auto backward = swiglu_backward_thread_per_element;
    const auto forward = swiglu_forward_thread_per_element;
    check_refusals({
        {[&] { add_bias_thread_per_element(matrix, shaped(1, 3)); },
         shape("add_bias: bias", "1, 4", "1, 3")},
        {[&] { add_bias_backward_thread_per_column(column, matrix); },
         shape("add_bias_backward: dbias", "1, 4", "3, 1")},
        {[&] { add_bias_backward_in_pieces(column, matrix); },
         shape("add_bias_backward: dbias", "1, 4", "3, 1")},
        {[&] { forward(matrix, other, matrix); }, shape("swiglu_forward: gate")},
        {[&] { forward(matrix, matrix, other); }, shape("swiglu_forward: up")},
        {[&] { backward(matrix, matrix, other, matrix, matrix); }, shape("swiglu_backward: dy")},
        {[&] { backward(matrix, matrix, matrix, matrix, other); }, shape("swiglu_backward: up")},
        {[&] { backward(other, matrix, matrix, matrix, matrix); }, shape("swiglu_backward: dgate")},
        {[&] { backward(matrix, other, matrix, matrix, matrix); }, shape("swiglu_backward: dup")},
    });
}
