// A reveal step in place: what reveal_step gives, written down.
#include "block_decoding/reveal_in_place.h"

#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/support/test_array.h"

using namespace seed;

namespace {

constexpr Index texts = 3, positions = 11, block = 4, vocabulary = 9;
constexpr std::int32_t mask_token = 3;

// Text 0 is in its first block, text 1 in the last one, of three positions, text 2 in between, with
// nothing masked.
struct Problem {
    HostMatrix<std::int32_t> ids{texts, positions}, masked{texts, positions};
    HostMatrix<double> probabilities{texts, positions};
    HostMatrix<Index> begin{texts, 1}, calls{texts, 1};
    HostMatrix<std::uint64_t> keys{texts, positions};
    TestArray<float> logits =
        TestArray<float>::random(test_key("logits"), texts* block, vocabulary, 3);

    explicit Problem(RandomKey key) {
        begin.view()(1, 0) = 8, begin.view()(2, 0) = 4;
        calls.view()(0, 0) = 2, calls.view()(1, 0) = 1;
        for (Index b = 0; b < texts; ++b) {
            const auto row = keys_in_place(key.fork(std::uint64_t(b)), positions, block);
            std::copy(row.begin(), row.end(), keys.view().row(b));
            for (Index p = 0; p < positions; ++p) {
                const bool is_masked = p >= begin.view()(b, 0) + (b == 2 ? block : b == 0);
                masked.view()(b, p) = is_masked;
                ids.view()(b, p) = is_masked ? mask_token : std::int32_t(p % 3);
                probabilities.view()(b, p) = is_masked ? 0 : 1;
            }
        }
    }
    TextsInPlace<HostView> views() const {
        return {ids.view(),   masked.view(), probabilities.view(),
                begin.view(), calls.view(),  keys.view()};
    }
};

void check_step(const DenoiseOptions& options) {
    const Problem before(options.key), after(options.key);
    reveal_in_place(after.views(), after.logits.view(), options);
    for (Index b = 0; b < texts; ++b) {
        const Index begin = before.begin.view()(b, 0), end = std::min(begin + block, positions);
        std::vector<Index> masked;
        for (Index p = begin; p < end; ++p) {
            if (before.masked.view()(b, p) != 0) masked.push_back(p);
        }
        const RandomKey key = options.key.fork(std::uint64_t(b)).fork(std::uint64_t(begin / block));
        const TextStep step{masked, before.calls.view()(b, 0), key};
        const Index first = b * block + (masked.empty() ? 0 : masked[0] - begin);
        const std::vector<Reveal> expected = reveal_step(
            HostView<const float>(before.logits.view()).row_range(first, Index(masked.size())),
            {&step, 1}, options);
        std::size_t next = 0;
        for (Index p = 0; p < positions; ++p) {
            INFO("text " << b << ", position " << p);
            std::int32_t id = before.ids.view()(b, p), is_masked = before.masked.view()(b, p);
            double probability = before.probabilities.view()(b, p);
            if (next < masked.size() && masked[next] == p) {
                const Reveal& reveal = expected[next++];
                if (reveal.revealed) id = reveal.choice.token, is_masked = 0;
                probability = reveal.choice.probability;
            }
            CHECK(after.ids.view()(b, p) == id);
            CHECK(after.masked.view()(b, p) == is_masked);
            CHECK(after.probabilities.view()(b, p) == probability);
        }
        CHECK(next == masked.size());
    }
    CHECK(after.logits.unchanged());
}

}  // namespace

TEST_CASE("a step in place writes what reveal_step reveals, by both rules, greedy and drawn") {
    for (const double temperature : {0.0, 1.3}) {
        DenoiseOptions options;
        options.temperature = temperature;
        options.key = test_key("step");
        for (const double threshold : {0.0, 0.3, 1.0}) {
            options.threshold = threshold;
            check_step(options);
        }
        options.rule = RevealRule::count;
        for (const Index steps : {1, 3, 4}) {
            options.steps = steps;
            check_step(options);
        }
    }
}

TEST_CASE("the keys of a text's calls are those of the decoders") {
    const RandomKey text{77};
    const std::vector<std::uint64_t> keys = keys_in_place(text, 5, 3);
    const auto key = [&](std::uint64_t of_block, std::uint64_t call) {
        return text.fork(of_block).fork("tokens").fork(call).value;
    };
    CHECK(keys == std::vector{key(0, 0), key(0, 1), key(0, 2), key(1, 0), key(1, 1)});
    CHECK(error_of([&] { keys_in_place(text, 5, 0); }) ==
          "block: expected at least one position, got 0");
}

TEST_CASE("what is no step in place is refused") {
    const Problem p({});
    const auto refusal = [&](auto&& change) {
        TextsInPlace<HostView> views = p.views();
        HostView<const float> logits = p.logits.view();
        DenoiseOptions options;
        change(views, logits, options);
        return error_of([&] { reveal_in_place(views, logits, options); });
    };
    CHECK(refusal([](auto& v, auto&, auto&) { v.masked.cols = 10; }) ==
          "reveal in place: masked: expected shape (3, 11), got (3, 10)");
    CHECK(refusal([](auto& v, auto&, auto&) { v.begin.rows = 2; }) ==
          "reveal in place: begin: expected shape (3, 1), got (2, 1)");
    CHECK(refusal([](auto&, auto& logits, auto&) { logits.rows = 11; }) ==
          "reveal in place: expected as many rows of logits for each of 3 texts, got 11");
    CHECK(refusal([](auto&, auto&, auto& o) { o.rule = RevealRule::entropy; }) ==
          "reveal in place: expected the rule threshold or count, got another");
    CHECK(refusal([](auto&, auto&, auto& o) { o.temperature = -1; }) ==
          "temperature: expected a value >= 0, got -1");
}
