// Edit corruption on the device: sizes beyond shared memory, and the rewriting decoder beside the
// host's.
#include "edit_corruption/edit_operations_device.h"
#include "edit_corruption/levenshtein.h"
#include "edit_corruption/levenshtein_device.h"
#include "edit_corruption/refine.h"
#include "tests/support/catch.h"
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
