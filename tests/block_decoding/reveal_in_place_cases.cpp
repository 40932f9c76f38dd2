// The kernels of cuda/block_decoding/reveal_in_place.cu: the host's tokens and decisions.
#include "block_decoding/reveal_in_place_device.h"
#include "tests/mask_corruption/scored_row.h"
#include "tests/support/kernel_case.h"

namespace seed {
namespace {

using RevealInPlace = decltype(reveal_in_place_thread_per_text);

constexpr std::int32_t mask_token = 2;

// The numbers of a shape. `steps` 0: the rule threshold, with the threshold 1 where B is even: then
// no probability is above it, and some are equal to it.
struct InPlaceSizes {
    Index texts, rows, vocabulary, positions;
    DenoiseOptions options;

    explicit InPlaceSizes(const Shape& s)
        : texts(s[0]), rows(s[1]), vocabulary(s[2]), positions(2 * s[1] + s[1] / 2 + 1) {
        options.temperature = double(s[3]) / 10;
        options.rule = s[4] > 0 ? RevealRule::count : RevealRule::threshold;
        options.steps = s[4];
        options.threshold = texts % 2 == 0 ? 1 : 0.5;
    }
};

// Texts of three blocks, the last one cut; text b is in block b mod 3. Of five texts one has
// nothing masked, one everything and one a single position; of the others every third position is
// given. Tokens that are given are not the mask token, and those behind the block are masks.
struct InPlaceProblem {
    HostMatrix<std::int32_t> ids, masked;
    HostMatrix<double> probabilities;
    HostMatrix<Index> begin, calls;
    HostMatrix<std::uint64_t> keys;
    HostMatrix<float> logits;

    InPlaceProblem(const InPlaceSizes& s, RandomKey key)
        : ids(s.texts, s.positions),
          masked(s.texts, s.positions),
          probabilities(s.texts, s.positions),
          begin(s.texts, 1),
          calls(s.texts, 1),
          keys(s.texts, s.positions),
          logits(s.texts * s.rows, s.vocabulary) {
        RandomStream random(key.fork("texts"), 0);
        for (Index b = 0; b < s.texts; ++b) {
            const Index at = b % 3 * s.rows, end = std::min(at + s.rows, s.positions);
            const Index single = random.between(int(at), int(end - 1));
            begin.view()(b, 0) = at;
            calls.view()(b, 0) = random.between(0, int(std::min<Index>(end - at, 5) - 1));
            for (Index p = 0; p < s.positions; ++p) {
                const bool some = random.below(3) != 0;
                const bool in_block = b % 5 == 1   ? false
                                      : b % 5 == 2 ? true
                                      : b % 5 == 3 ? p == single
                                                   : some;
                const bool is_masked = p >= end || (p >= at && in_block);
                masked.view()(b, p) = is_masked;
                ids.view()(b, p) = is_masked ? mask_token : random.between(3, 100'000);
                probabilities.view()(b, p) = random.uniform();
                keys.view()(b, p) = key.fork(std::uint64_t(b)).fork(std::uint64_t(p)).value;
            }
        }
        make_logits(s, key.fork("logits"));
    }

    // In [-2, 2), and one token of a row up to 9 above. The mask token has -inf. Of seven rows one
    // has only its last token, whose probability is 1, one rises from token to token, one has its
    // largest twice; one is that of the position before, one lies far below 0, one far above.
    // Without masks a row is surer than any other: nobody may look at it.
    void make_logits(const InPlaceSizes& s, RandomKey key) {
        for (Index n = 0; n < logits.view().rows; ++n) {
            float* z = logits.view().row(n);
            const Index b = n / s.rows, r = n % s.rows, last = s.vocabulary - 1;
            const auto uniform = [&](Index v) { return uniform_float(key, std::uint64_t(n), v); };
            for (Index v = 0; v <= last; ++v) z[v] = 4 * uniform(v) - 2;
            const Index best = Index(uniform(last + 1) * float(s.vocabulary));
            z[best] += 9 * uniform(last + 2);
            if (n % 7 == 2) {
                for (Index v = 0; v <= last; ++v) z[v] = 8 * float(v + 1) / float(last + 1);
                z[last] += uniform(0);
            }
            if (n % 7 == 3 && last > 40) z[35] = z[3 + n % 30] = 10 + 2 * uniform(0);
            if (n % 7 == 4 && r > 0) std::copy_n(z - s.vocabulary, s.vocabulary, z);
            const Index p = begin.view()(b, 0) + r;
            const bool nobody = p >= s.positions || masked.view()(b, p) == 0;
            if (n % 7 == 1 || nobody) std::fill_n(z, last, -INFINITY);
            const float shift = n % 7 == 5 ? -1500 : n % 7 == 6 ? 1500 : 0;
            for (Index v = 0; v <= last && shift != 0; ++v) z[v] += shift;
            if (last > mask_token) z[mask_token] = -INFINITY;
        }
    }
    TextsInPlace<HostView> texts() const {
        return {ids.view(),   masked.view(), probabilities.view(),
                begin.view(), calls.view(),  keys.view()};
    }
};

// How often, at most, a new largest logit makes the sum of a row or of a lane smaller; and the five
// times that two lanes' sums become one.
Index largest_changes(HostView<const float> z) {
    Index most = 0;
    for (const Index stride : {1, 32}) {
        for (Index lane = 0; lane < std::min(stride, z.cols); ++lane) {
            Index changes = 0;
            float largest = -INFINITY;
            for (Index v = lane; v < z.cols; v += stride) {
                if (z(0, v) > largest) largest = z(0, v), ++changes;
            }
            most = std::max(most, changes);
        }
    }
    return most + 5;
}

// The bound of row n's probability; the case is decided for host and device alike.
struct InPlaceRow {
    double allowed = 0;
    bool is_decided = false;
};

InPlaceRow row_of(const InPlaceProblem& problem, const InPlaceSizes& s, Index b, Index p) {
    const Index begin = problem.begin.view()(b, 0), call = problem.calls.view()(b, 0);
    const HostView<const float> z = problem.logits.view().row_range(b * s.rows + p - begin, 1);
    const std::vector<double> log_p = log_softmax(z);
    const RandomKey key{problem.keys.view()(b, begin + call)};
    const TokenChoice choice = choose_token(log_p, s.options.temperature, key, std::uint64_t(p));
    const double lse = z(0, choice.token) - log_p[std::size_t(choice.token)];
    const ScoredRow row{log_p, lse, s.options.temperature, key, std::uint64_t(p)};
    // A change of the largest: exp 1 ulp, a product, an addition
    const double online = 4 * double(largest_changes(z)) * roundoff_of_double;
    const double relative = row.log_p_error(choice.token) + online + 4 * roundoff_of_double;
    return {relative * choice.probability, row.is_decided(choice.token, z)};
}

// Probabilities that are equal come from equal rows or from single tokens; all others are so far
// apart, and from the threshold, that both sides see it.
bool is_far(double p, double other, double allowed) {
    return p == other || std::abs(p - other) > 4 * allowed;
}

void verify_in_place(RevealInPlace* reveal, const Shape& shape, Report& report) {
    const InPlaceSizes s(shape);
    const InPlaceProblem problem(s, report.key());
    const TextsInPlace<HostView> start = problem.texts();
    const auto ids = report.updated("ids", HostView<const std::int32_t>(start.ids));
    const auto masked = report.updated("masked", HostView<const std::int32_t>(start.masked));
    const auto probabilities =
        report.updated("probabilities", HostView<const double>(start.probabilities));
    const auto begin = report.given("begin", start.begin),
               calls = report.given("calls", start.calls);
    const auto keys = report.given("keys", start.keys);
    const auto logits = report.given("logits", HostView<const float>(problem.logits.view()));
    reveal(
        {ids.view(), masked.view(), probabilities.view(), begin.view(), calls.view(), keys.view()},
        logits.view(), s.options);

    const InPlaceProblem expected(s, report.key());
    reveal_in_place(expected.texts(), problem.logits.view(), s.options);
    const TextsInPlace<HostView> now = expected.texts();
    HostMatrix<double> allowed(s.texts, s.positions);
    for (Index b = 0; b < s.texts; ++b) {
        const Index at = start.begin(b, 0), end = std::min(at + s.rows, s.positions);
        for (Index p = at; p < end; ++p) {
            if (start.masked(b, p) == 0) continue;
            const InPlaceRow row = row_of(problem, s, b, p);
            allowed.view()(b, p) = row.allowed;
            bool decided = row.is_decided;
            const double own = now.probabilities(b, p);
            if (s.options.rule == RevealRule::threshold) {
                decided = decided && is_far(own, s.options.threshold, row.allowed);
            }
            for (Index j = at; j < p; ++j) {
                if (start.masked(b, j) == 0) continue;
                decided = decided && is_far(own, now.probabilities(b, j), row.allowed);
            }
            report.expect_that(decided,
                               fmt::format("text {}, position {}: too close to call, take another "
                                           "seed",
                                           b, p));
        }
    }
    report.expect(ids, [&](Index b, Index p) { return Bounded{double(now.ids(b, p)), 0}; });
    report.expect(masked, [&](Index b, Index p) { return Bounded{double(now.masked(b, p)), 0}; });
    report.expect(probabilities, [&](Index b, Index p) {
        return Bounded{now.probabilities(b, p), allowed.view()(b, p)};
    });
}

// Around the 4 warps and 128 threads of a block, as rows of a text, around the 32 lanes of a row
// and the 128 texts of a block; by threshold and by count, the last call of all and more than the
// last; greedy, cold, at 1 and hot; the real size
const std::vector<Shape> shapes{{1, 1, 1, 0, 0},    {2, 1, 1, 10, 3},   {5, 3, 31, 0, 0},
                                {7, 4, 32, 10, 4},  {6, 5, 33, 0, 2},   {10, 16, 67, 0, 0},
                                {11, 31, 64, 7, 0}, {12, 32, 41, 0, 1}, {13, 33, 41, 30, 7},
                                {5, 127, 8, 0, 0},  {6, 129, 9, 0, 50}, {3, 300, 5, 0, 0},
                                {129, 2, 7, 0, 3},  {8, 16, 512, 0, 0}, {8, 16, 512, 10, 5},
                                {3, 2, 4099, 2, 0}, {3, 2, 70001, 0, 1}};

const RegisterKernels reveal_kernels{
    "block_decoding/reveal_in_place.cu",
    {kernel_case("reveal_in_place/thread_per_text", "B R V temperature*10 steps", shapes,
                 reveal_in_place_thread_per_text, verify_in_place),
     kernel_case("reveal_in_place/warp_per_row", "B R V temperature*10 steps", shapes,
                 reveal_in_place_warp_per_row, verify_in_place)}};

}  // namespace
}  // namespace seed
