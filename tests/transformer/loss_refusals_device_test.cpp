// What the launchers of attention, of the losses and of the optimisers refuse.
#include "tests/support/refusals.h"
#include "transformer/adamw_device.h"
#include "transformer/attention_device.h"
#include "transformer/cross_entropy_device.h"
#include "transformer/forbid_token_device.h"
#include "transformer/muon_device.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;
using Input = DeviceView<const float>;

namespace {

// 2 sequences of 3 positions, 4 heads of 5 numbers in groups of 2
struct Problem {
    Ids lengths{3, 1};
    AttentionShape shape{2, 3, 4, 2, 5, {0}, lengths};
    DeviceView<float> q = shaped(6, 20), k = shaped(6, 10), p = shaped(24, 3), lse = shaped(24, 1);
};

// What every attention launcher refuses; `attend` calls one with these inputs.
void check_attention(std::function<void(Input, Input, Input, const AttentionShape&)> attend) {
    const Problem a;
    const auto refused = [&](auto change) {
        AttentionShape shape = a.shape;
        change(shape);
        return [=] { attend(a.q, a.k, a.k, shape); };
    };
    const auto fit = [](const std::string& what) {
        return "attention: shapes do not fit: " + what;
    };
    const Ids zero{3, 0}, four{4, 1}, one{3};
    check_refusals({
        {refused([](auto& s) { s.kv_heads = 3; }),
         "attention: expected heads in whole groups, got 4 over 3"},
        {refused([](auto& s) { s.kv_heads = 0; }),
         "attention: expected heads in whole groups, got 4 over 0"},
        {refused([](auto& s) { s.batch = 3; }), fit("6 rows, 20 and 10 columns, 2 lengths")},
        {refused([](auto& s) { s.positions = 4; }), fit("6 rows, 20 and 10 columns, 2 lengths")},
        {refused([](auto& s) { s.heads = 2; }), fit("6 rows, 20 and 10 columns, 2 lengths")},
        {refused([](auto& s) { s.kv_heads = 1; }), fit("6 rows, 20 and 10 columns, 2 lengths")},
        {refused([&](auto& s) { s.lengths = one; }), fit("6 rows, 20 and 10 columns, 1 lengths")},
        {refused([&](auto& s) { s.lengths = zero; }),
         "attention: expected lengths in 1 ... 3, got 0"},
        {refused([&](auto& s) { s.lengths = four; }),
         "attention: expected lengths in 1 ... 3, got 4"},
        {[&] { attend(a.q, shaped(5, 10), a.k, a.shape); },
         "attention: k: expected shape (6, 10), got (5, 10)"},
        {[&] { attend(a.q, a.k, shaped(6, 9), a.shape); },
         "attention: v: expected shape (6, 10), got (6, 9)"},
    });
}

}  // namespace

TEST_CASE("attention refuses outputs that do not fit", "[refusals]") {
    const Problem a;
    const auto wrong = shaped(6, 19);
    for (auto* attend : {attention_forward_thread_per_row, attention_forward_kernel_per_step}) {
        check_attention([&](Input q, Input k, Input v, const AttentionShape& s) {
            attend(a.q, a.p, q, k, v, s);
        });
        check_refusals({
            {[&] { attend(wrong, a.p, a.q, a.k, a.k, a.shape); },
             "attention_forward: y: expected shape (6, 20), got (6, 19)"},
            {[&] { attend(a.q, a.lse, a.q, a.k, a.k, a.shape); },
             "attention: P: expected shape (24, 3), got (24, 1)"},
        });
    }
    const auto online = attention_forward_online_softmax;
    check_attention([&](Input q, Input k, Input v, const AttentionShape& s) {
        online(a.q, a.lse, q, k, v, s);
    });
    check_refusals({
        {[&] { online(wrong, a.lse, a.q, a.k, a.k, a.shape); },
         "attention_forward: y: expected shape (6, 20), got (6, 19)"},
        {[&] { online(a.q, a.p, a.q, a.k, a.k, a.shape); },
         "attention_forward: lse: expected shape (24, 1), got (24, 3)"},
    });
}

TEST_CASE("attention refuses gradients that do not fit", "[refusals]") {
    using View = DeviceView<float>;
    const Problem a;
    const auto wrong = shaped(6, 19), wrong_k = shaped(6, 11);
    // Gradients dq, dk, dv and dy, the rest as it should be
    const auto check = [&](auto attend) {
        check_refusals({
            {[&] { attend(wrong, a.k, a.k, a.q); },
             "attention_backward: dq: expected shape (6, 20), got (6, 19)"},
            {[&] { attend(a.q, wrong_k, a.k, a.q); },
             "attention_backward: dk: expected shape (6, 10), got (6, 11)"},
            {[&] { attend(a.q, a.k, wrong_k, a.q); },
             "attention_backward: dv: expected shape (6, 10), got (6, 11)"},
            {[&] { attend(a.q, a.k, a.k, wrong); },
             "attention_backward: dy: expected shape (6, 20), got (6, 19)"},
        });
    };
    for (auto* attend : {attention_backward_thread_per_row, attention_backward_kernel_per_step}) {
        check_attention([&](Input q, Input k, Input v, const AttentionShape& s) {
            attend(a.q, a.k, a.k, a.q, a.p, q, k, v, s);
        });
        check([&](View dq, View dk, View dv, View dy) {
            attend(dq, dk, dv, dy, a.p, a.q, a.k, a.k, a.shape);
        });
        check_refusals({{[&] { attend(a.q, a.k, a.k, a.q, a.lse, a.q, a.k, a.k, a.shape); },
                         "attention: P: expected shape (24, 3), got (24, 1)"}});
    }
    const auto online = attention_backward_online_softmax;
    check_attention([&](Input q, Input k, Input v, const AttentionShape& s) {
        online(a.q, a.k, a.k, a.q, a.q, a.lse, q, k, v, s);
    });
    check([&](View dq, View dk, View dv, View dy) {
        online(dq, dk, dv, dy, a.q, a.lse, a.q, a.k, a.k, a.shape);
    });
    check_refusals({
        {[&] { online(a.q, a.k, a.k, a.q, wrong, a.lse, a.q, a.k, a.k, a.shape); },
         "attention_backward: y: expected shape (6, 20), got (6, 19)"},
        {[&] { online(a.q, a.k, a.k, a.q, a.q, a.p, a.q, a.k, a.k, a.shape); },
         "attention_backward: lse: expected shape (24, 1), got (24, 3)"},
    });
}

TEST_CASE("tiled attention has limits to a head and to the number of heads", "[refusals]") {
    const Ids one{1}, many(65536, 1);
    const AttentionShape large{1, 1, 1, 1, 129, {0}, one}, crowd{65536, 1, 1, 1, 2, {0}, many};
    const auto q = shaped(1, 129), lse = shaped(1, 1);
    const auto qs = shaped(65536, 2), lses = shaped(65536, 1);
    const auto forward = attention_forward_online_softmax;
    const auto backward = attention_backward_online_softmax;
    const std::string head = "online softmax: expected heads of at most 128, got 129";
    const std::string heads =
        "attention: heads of all sequences: expected at most 65535, got 65536";
    check_refusals({
        {[&] { forward(q, lse, q, q, q, large); }, head},
        {[&] { backward(q, q, q, q, q, lse, q, q, q, large); }, head},
        {[&] { forward(qs, lses, qs, qs, qs, crowd); }, heads},
        {[&] { backward(qs, qs, qs, qs, qs, lses, qs, qs, qs, crowd); }, heads},
    });
}

TEST_CASE("a loss has a target of the vocabulary, a weight and a place for each row",
          "[refusals]") {
    const auto logits = shaped(2, 5), column = shaped(2, 1), wrong = shaped(2, 2);
    const Ids targets{0, 4}, beyond{0, 5}, below{-1, 4}, one{0};
    const std::string range = "cross entropy: expected targets in [0, 5), got ";
    const std::string count = "cross entropy: expected 2 targets, got 1";
    const auto expected = [](const std::string& name) {
        return "cross_entropy_" + name + ": expected shape (2, 1), got (2, 2)";
    };
    for (auto* loss : {cross_entropy_forward_thread_per_row, cross_entropy_forward_row_per_block}) {
        check_refusals({
            {[&] { loss(column, column, logits, one, column); }, count},
            {[&] { loss(column, column, logits, beyond, column); }, range + "5"},
            {[&] { loss(column, column, logits, below, column); }, range + "-1"},
            {[&] { loss(wrong, column, logits, targets, column); }, expected("forward: losses")},
            {[&] { loss(column, wrong, logits, targets, column); }, expected("forward: lse")},
            {[&] { loss(column, column, logits, targets, wrong); }, expected("forward: weights")},
        });
    }
    for (auto* loss :
         {cross_entropy_backward_thread_per_row, cross_entropy_backward_thread_per_element}) {
        check_refusals({
            {[&] { loss(logits, logits, column, one, column); }, count},
            {[&] { loss(logits, logits, column, beyond, column); }, range + "5"},
            {[&] { loss(logits, logits, column, below, column); }, range + "-1"},
            {[&] { loss(wrong, logits, column, targets, column); },
             "cross_entropy_backward: dlogits: expected shape (2, 5), got (2, 2)"},
            {[&] { loss(logits, logits, wrong, targets, column); }, expected("backward: lse")},
            {[&] { loss(logits, logits, column, targets, wrong); }, expected("backward: weights")},
        });
    }
    for (int token : {-1, 5}) {
        check_refusals({{[&] { forbid_token(logits, token); },
                         fmt::format("forbid_token: expected a token in [0, 5), got {}", token)}});
    }
}

TEST_CASE("an update's moments and gradient have the shape of the parameters", "[refusals]") {
    const auto p = shaped(2, 5), wrong = shaped(5, 2);
    const auto update = [](DeviceView<float> a, DeviceView<float> m, DeviceView<float> v, Input g) {
        adamw_update(a, m, v, g, {}, 0.1, 0, 1, 1);
    };
    const std::string shape = ": expected shape (2, 5), got (5, 2)";
    check_refusals({{[&] { update(p, wrong, p, p); }, "adamw_update: m" + shape},
                    {[&] { update(p, p, wrong, p); }, "adamw_update: v" + shape},
                    {[&] { update(p, p, p, wrong); }, "adamw_update: gradient" + shape}});
    for (auto* combine :
         {linear_combination_thread_per_row, linear_combination_thread_per_element}) {
        check_refusals({{[&] { combine(p, 1, wrong, 1, p); }, "linear_combination: x" + shape},
                        {[&] { combine(p, 1, p, 1, wrong); }, "linear_combination: z" + shape}});
    }
}
