// The batch of a step, recomputed from its parts.
#include "runs/training.h"
#include "runs/training_impl.h"
#include "tests/runs/numbered_texts.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"
#include "trajectory_selection/trajectory_file.h"
#include "transformer/autoregressive.h"

using namespace seed;

namespace {

const Tokenizer& bytes() {
    static const Tokenizer tokenizer = Tokenizer::from_merges({});
    return tokenizer;
}

void check_equal(const TrainingBatch& a, const TrainingBatch& b) {
    CHECK(a.input.batch == b.input.batch);
    CHECK(a.input.positions == b.input.positions);
    CHECK(a.input.ids == b.input.ids);
    CHECK(a.targets == b.targets);
    CHECK(a.weights == b.weights);
}

RandomKey noise_of(const RunConfig& config, std::uint64_t step) {
    return RandomKey{config.seed}.fork("noise").fork(step);
}

}  // namespace

TEST_CASE("a step of stage 1 is the masked batch of its own texts under its own key") {
    const NumberedTexts source(bytes());
    const RunConfig config = small_run();
    for (const Index step : {0, 5, 9}) {
        check_equal(training_batch(config, source, step),
                    masked_batch(source.training(step, 3), config.loss, config.model.mask_token,
                                 noise_of(config, std::uint64_t(step))));
    }
}

TEST_CASE("a step of stage 2 has both terms, with the options of the run") {
    const NumberedTexts source(bytes());
    RunConfig config = small_run();
    config.edit_loss.mask_on_top = true;
    for (const Index step : {6, 8}) {
        const TrainingBatch batch = training_batch(config, source, step);
        check_equal(batch, two_term_batch(source.training(step, 3), source.asked_edits(step, 1),
                                          config.edit_loss, config.loss, edit_vocabulary(bytes()),
                                          noise_of(config, std::uint64_t(step))));
        CHECK(batch.input.batch == 3 + 2);
    }
}

TEST_CASE("two steps of the same texts have other masks, and so have two runs") {
    NumberedTexts source(bytes());
    source.same_each_step = true;
    RunConfig config = small_run(), other = small_run();
    other.seed = 18;
    const auto ids = [&](const RunConfig& c, Index step) {
        return training_batch(c, source, step).input.ids;
    };
    CHECK(ids(config, 0) == ids(config, 0));
    CHECK(ids(config, 0) != ids(config, 1));
    CHECK(ids(config, 0) != ids(other, 0));
}

TEST_CASE("a baseline learns the next tokens, in every step") {
    const NumberedTexts source(bytes());
    RunConfig config = small_run();
    config.objective = Objective::autoregressive;
    for (const Index step : {0, 7}) {
        check_equal(training_batch(config, source, step),
                    next_token_batch(source.training(step, 3)));
    }
}

TEST_CASE("asked edits are their share of the edit term, rounded") {
    const NumberedTexts source(bytes());
    RunConfig config = small_run();
    config.batch = 12;  // ceil(0.6 * 12) = 8 canvases in the term
    for (const auto& [share, count] :
         {std::pair{0.0, 0}, {0.3, 2}, {0.32, 3}, {0.5, 4}, {1.0, 8}}) {
        config.asked_edits = share;
        CHECK(asked_edits_of_step(config, source, 3).size() == std::size_t(count));
        CHECK(source.edits_asked_for.back() == std::pair<Index, Index>(3, count));
    }
}

TEST_CASE("the model at step 0 is drawn from the run's seed") {
    RunConfig config = small_run(), other = small_run();
    other.seed = 18;
    const auto weights = [](const RunConfig& c) {
        return digest_of(initial_model(c).parameters());
    };
    CHECK(weights(config) == weights(config));
    CHECK(weights(config) != weights(other));
}

TEST_CASE("numbers that are not finite are found in a checkpoint, by the tensor's name") {
    const auto state_with = [](float value) {
        const std::vector<float> values{1, value, 2};
        Safetensors state;
        state.tensors["some.tensor"] = Tensor::from<float>(std::span(values), {3});
        return state;
    };
    require_finite(state_with(-1e38f), 7);
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK(error_of([&] { require_finite(state_with(infinity), 7); }) ==
          "step 7: some.tensor: expected finite numbers, got inf");
    CHECK(error_of([&] { require_finite(state_with(std::nanf("")), 7); }) ==
          "step 7: some.tensor: expected finite numbers, got nan");
}

TEST_CASE("weights without the state of the training are nothing to go on from") {
    const TemporaryFolder folder;
    const auto file = folder / "training.safetensors";
    CHECK(!read_checkpoint(file, small_run().model));
    write_safetensors(folder / "model.safetensors", {});
    CHECK(error_of([&] { read_checkpoint(file, small_run().model); }) ==
          file.string() + ": expected the state to go on from, got " +
              (folder / "model.safetensors").string() + " alone");
}
