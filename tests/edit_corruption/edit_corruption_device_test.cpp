// Edit corruption on the device: what its launchers refuse, sizes beyond shared memory, and the
// rewriting decoder beside the host's.
#include "edit_corruption/edit_operations_device.h"
#include "edit_corruption/levenshtein.h"
#include "edit_corruption/levenshtein_device.h"
#include "edit_corruption/refine.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/support/thread_count.h"
#include "tests/transformer/random_model.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;
using TokensView = DeviceView<std::int32_t>;

namespace {

constexpr EditVocabulary vocabulary{20, 0, 1, 2};

Transformer<Device> on_device(const Transformer<Host<float>>& model) {
    ParameterSet<Device> parameters(model.config());
    auto to = parameters.named();
    const auto from = model.parameters().named();
    for (std::size_t i = 0; i < to.size(); ++i) {
        copy(to[i].view, HostView<const float>(from[i].view));
    }
    return {model.config(), std::move(parameters)};
}

}  // namespace

TEST_CASE("canvases longer than shared memory are edited all the same") {
    const Index positions = 6100;
    Ids x0;
    for (Index i = 0; i < positions; ++i) x0.push_back(std::int32_t(i < 6000 ? 3 + i % 17 : 1));
    const DeviceBuffer<std::int32_t> clean(x0), edited(positions);
    const std::vector<Index> prompts{10}, counts{20};
    const std::vector<RandomKey> keys{test_key("long")};
    const TokensView xt{edited.data(), 1, positions}, view{clean.data(), 1, positions};
    edit_tokens(xt, view, prompts, counts, vocabulary, keys);
    CHECK(edited.download() == edit_tokens(x0, 10, 20, vocabulary, keys[0]).ids);
    CHECK(error_of([&] {
              edit_tokens_block_per_canvas(xt, view, prompts, counts, vocabulary, keys);
          }) == "edit_tokens: expected canvases of at most 6000 tokens, got 6100");
}

TEST_CASE("sequences longer than shared memory have a distance all the same") {
    const Index n = 4001, m = 40;
    Ids a, b;
    for (Index i = 0; i < n; ++i) a.push_back(std::int32_t(i % 91));
    for (Index j = 0; j < m; ++j) b.push_back(std::int32_t(j * j % 91));
    const DeviceBuffer<std::int32_t> left(a), right(b), distance(1);
    const TokensView a_view{left.data(), 1, n}, b_view{right.data(), 1, m};
    const TokensView out{distance.data(), 1, 1};
    const std::vector<Index> a_lengths{n}, b_lengths{m};
    levenshtein(out, a_view, b_view, a_lengths, b_lengths);
    CHECK(distance.download()[0] == levenshtein(a, b));
    CHECK(error_of([&] {
              levenshtein_anti_diagonal_block_per_pair(out, a_view, b_view, a_lengths, b_lengths);
          }) == "levenshtein: expected at most 4000 tokens of a, got 4001");
}

TEST_CASE("launchers of edit corruption refuse sizes that do not fit") {
    const DeviceBuffer<std::int32_t> tokens(12);
    const TokensView all{tokens.data(), 3, 4}, fewer{tokens.data(), 2, 4};
    const std::vector<Index> three{4, 4, 4}, two{4, 4}, beyond{4, 5, 4};
    const std::vector<RandomKey> keys(3);
    const auto distance = [&](TokensView out, const std::vector<Index>& a_lengths,
                              const std::vector<Index>& b_lengths) {
        return error_of([&] { levenshtein(out, all, all, a_lengths, b_lengths); });
    };
    const TokensView out{tokens.data(), 3, 1};
    CHECK(distance(fewer, three, three) ==
          "levenshtein: distances: expected shape (3, 1), got (2, 4)");
    CHECK(distance(out, two, three) ==
          "levenshtein: expected 3 lengths of a and of b, got 2 and 3");
    CHECK(distance(out, three, beyond) ==
          "levenshtein: expected lengths in [0, 4] and [0, 4], got 4 and 5");
    const auto edit = [&](TokensView xt, const std::vector<Index>& prompts,
                          const std::vector<Index>& counts, EditVocabulary v) {
        return error_of([&] { edit_tokens(xt, all, prompts, counts, v, keys); });
    };
    CHECK(edit(fewer, three, three, vocabulary) ==
          "edit_tokens: x0: expected shape (2, 4), got (3, 4)");
    CHECK(edit(all, two, three, vocabulary) ==
          "edit_tokens: expected 3 prompt lengths, counts and keys, got 2, 3 and 3");
    CHECK(edit(all, beyond, three, vocabulary) ==
          "edit corruption: expected a prompt within the canvas of 4 tokens, got 5");
    CHECK(edit(all, three, {1, -1, 1}, vocabulary) ==
          "edit corruption: expected a number of edits >= 0, got -1");
    CHECK(edit(all, three, three, {4, 0, 1, 2}) ==
          "edit corruption: expected at least two ordinary tokens, got 1 of 4");
}

TEST_CASE("the rewriting decoder writes on the device what it writes on the host") {
    const ThreadCount one(1);
    auto host = random_model<float>(small_config(), "model");
    auto device = on_device(host);
    RefineOptions options;
    options.fill.threshold = 0.6, options.tau_edit = 0.4, options.fill.key = test_key("refine");
    const std::vector<Ids> prompts = {{1, 2}, {5}, {4, 5, 6, 7, 8, 9, 0}};
    const auto on_host = denoise_and_rewrite(host, prompts, 12, options);
    const auto there = denoise_and_rewrite(device, prompts, 12, options);
    Index rewrites = 0;
    for (std::size_t s = 0; s < prompts.size(); ++s) {
        CHECK(there[s].text.ids == on_host[s].text.ids);
        CHECK(there[s].text.calls == on_host[s].text.calls);
        CHECK(there[s].rewrites == on_host[s].rewrites);
        CHECK(there[s].end == on_host[s].end);
        rewrites += there[s].rewrites;
    }
    CHECK(rewrites > 0);
    const std::vector<Canvas> canvases = {{{1, 2, 4, 5, 6, 7}, 2, 6}, {{9, 8, 7, 6, 5, 4}, 0, 6}};
    const auto repaired = repair(host, canvases, options);
    const auto repaired_there = repair(device, canvases, options);
    for (std::size_t s = 0; s < canvases.size(); ++s) {
        CHECK(repaired_there[s].text.ids == repaired[s].text.ids);
    }
}
