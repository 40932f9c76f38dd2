// Chapter 2.
#include <cmath>

#include "tests/exercises/code_check.h"
#include "transformer/attention.h"

namespace seed {
namespace {

using Backward = void(HostView<float>, HostView<float>, HostView<float>, HostView<const float>,
                      HostView<const float>, HostView<const float>, HostView<const float>,
                      HostView<const float>, const AttentionShape&);
using Numbers64 = HostMatrix<double>;

HostMatrix<float> in_float(const Numbers64& x) {
    HostMatrix<float> y(x.view().rows, x.view().cols);
    std::copy_n(x.view().data, x.size(), y.view().data);
    return y;
}

Numbers64 random_numbers(RandomKey key, Index rows, Index cols) {
    Numbers64 x(rows, cols);
    for (Index i = 0; i < x.size(); ++i) {
        x.view().data[i] = float(2 * uniform_double(key, std::uint64_t(i), 0) - 1);
    }
    return x;
}

// Attention as the formulas have it. Fills P, returns sum of dy * y.
double attention(Numbers64& p, const Numbers64& q, const Numbers64& k, const Numbers64& v,
                 const Numbers64& dy, const AttentionShape& s) {
    double loss = 0;
    for (Index b = 0; b < s.batch; ++b) {
        for (Index head = 0; head < s.heads; ++head) {
            const Index group = head / (s.heads / s.kv_heads), d = s.head_size;
            for (Index i = 0; i < s.positions; ++i) {
                const Index row = b * s.positions + i, seen = s.mask.visible(i, s.lengths[b]);
                double* of_row = p.view().row((b * s.heads + head) * s.positions + i);
                double sum = 0;
                for (Index j = 0; j < seen; ++j) {
                    double dot = 0;
                    for (Index c = 0; c < d; ++c) {
                        dot += q.view()(row, head * d + c) *
                               k.view()(b * s.positions + j, group * d + c);
                    }
                    sum += of_row[j] = std::exp(dot / std::sqrt(double(d)));
                }
                for (Index j = 0; j < s.positions; ++j) {
                    of_row[j] = j < seen ? of_row[j] / sum : 0;
                    for (Index c = 0; c < d; ++c) {
                        loss += dy.view()(row, head * d + c) * of_row[j] *
                                v.view()(b * s.positions + j, group * d + c);
                    }
                }
            }
        }
    }
    return loss;
}

// Each derivative is a difference of two losses.
void check_attention_backward(const Student<Backward>& backward, RandomKey key) {
    RandomStream sizes(key.fork("sizes"), 0);
    for (const Index block : {0, 2}) {
        const Index positions = sizes.between(4, 7), kv_heads = sizes.between(1, 2);
        const std::int32_t lengths[] = {std::int32_t(positions), sizes.between(2, 3)};
        const AttentionShape s{2,       positions, 2 * kv_heads, kv_heads, sizes.between(2, 4),
                               {block}, lengths};
        const Index rows = s.batch * s.positions, width = s.heads * s.head_size;
        const Index kv_width = s.kv_heads * s.head_size;
        Numbers64 q = random_numbers(key.fork("q"), rows, width);
        Numbers64 k = random_numbers(key.fork("k"), rows, kv_width);
        Numbers64 v = random_numbers(key.fork("v"), rows, kv_width);
        const Numbers64 dy = random_numbers(key.fork("dy"), rows, width);
        Numbers64 p(s.batch * s.heads * s.positions, s.positions);
        attention(p, q, k, v, dy, s);
        const HostMatrix<float> qf = in_float(q), kf = in_float(k), vf = in_float(v),
                                dyf = in_float(dy), pf = in_float(p);
        const std::vector<float> got = backward.with([&](Backward* function) {
            HostMatrix<float> dq(rows, width), dk(rows, kv_width), dv(rows, kv_width);
            std::vector<float> all;
            for (HostMatrix<float>* x : {&dq, &dk, &dv}) {
                std::fill_n(x->view().data, x->size(), 0.5f);  // what is there is added to
            }
            function(dq.view(), dk.view(), dv.view(), dyf.view(), pf.view(), qf.view(), kf.view(),
                     vf.view(), s);
            for (HostMatrix<float>* x : {&dq, &dk, &dv}) {
                all.insert(all.end(), x->view().data, x->view().data + x->size());
            }
            return all;
        });
        std::size_t at = 0;
        const char* names[] = {"dq", "dk", "dv"};
        Numbers64* inputs[] = {&q, &k, &v};
        for (int n = 0; n < 3; ++n) {
            const HostView<double> x = inputs[n]->view();
            for (Index i = 0; i < x.size(); ++i, ++at) {
                constexpr double step = 1e-5;
                const double before = x.data[i];
                x.data[i] = before + step;
                const double above = attention(p, q, k, v, dy, s);
                x.data[i] = before - step;
                const double below = attention(p, q, k, v, dy, s);
                x.data[i] = before;
                const double expected = 0.5 + (above - below) / (2 * step);
                require(at < got.size() && std::abs(got[at] - expected) < 1e-4,
                        "{}[{}, {}], which held 0.5 before: expected {:.5f}, got {:.5f} "
                        "({} heads over {}, {})",
                        names[n], i / x.cols, i % x.cols, expected, got[at], s.heads, s.kv_heads,
                        block == 0 ? "full mask" : "mask in blocks of 2");
            }
        }
    }
}

const RegisterCodeCheck attention_backward_check{
    "attention_backward", "&seed::attention_backward<float>", check_attention_backward};

}  // namespace
}  // namespace seed
