// config.json keeps everything that decides a run.
#include "runs/run_config.h"

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/json.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"

using namespace seed;

namespace {

// No value is a default, and no two fields that could be exchanged have the same.
RunConfig unusual() {
    RunConfig c;
    c.model = {.vocab_size = 311,
               .hidden_size = 36,
               .layers = 3,
               .heads = 6,
               .kv_heads = 2,
               .head_size = 10,
               .intermediate = 44,
               .rope_theta = 123,
               .rms_eps = 1e-4,
               .qkv_bias = false,
               .tied_head = false,
               .mask_token = 7};
    c.objective = Objective::autoregressive;
    c.loss = {NoiseSchedule::cosine, 12.5, MaskDraw::by_level};
    c.adamw = {.learning_rate = 0.003,
               .beta1 = 0.81,
               .beta2 = 0.93,
               .eps = 1e-6,
               .weight_decay = 0.07,
               .clip_norm = 2.5,
               .warmup_fraction = 0.11,
               .decay_fraction = 0.33,
               .final_fraction = 0.13};
    c.muon = Muon{0.77};
    c.steps = 777, c.batch = 13, c.canvas = 61;
    c.edit_stage = {0.35, 0.85};
    c.edit_loss = {.max_alpha = 0.23,
                   .share = 0.65,
                   .mask_on_top = true,
                   .schedule = NoiseSchedule::cosine,
                   .substitutions = Substitutions::model};
    c.asked_edits = 0.15;
    c.world = {TaskFamily::long_program, Choices::fixed};
    c.seed = 18'446'744'073'709'551'557u;
    c.corpus = "some/folder", c.corpus_digest = "00deadbeef";
    c.checkpoint_every = 29;
    return c;
}

nlohmann::ordered_json expected_training() {
    return {{"objective", "autoregressive"},
            {"schedule", "cosine"},
            {"max_weight", 12.5},
            {"masks", "level"},
            {"steps", 777},
            {"batch", 13},
            {"canvas", 61},
            {"edit_begin", 0.35},
            {"edit_end", 0.85},
            {"max_alpha", 0.23},
            {"edited", 0.65},
            {"asked_edits", 0.15},
            {"mask_on_top", true},
            {"substitutions", "model"},
            {"family", "long"},
            {"choices", "fixed"},
            {"seed", 18'446'744'073'709'551'557u},
            {"corpus", "some/folder"},
            {"corpus_digest", "00deadbeef"},
            {"checkpoint_every", 29},
            {"optimizer", "muon"},
            {"learning_rate", 0.003},
            {"beta1", 0.81},
            {"beta2", 0.93},
            {"eps", 1e-6},
            {"weight_decay", 0.07},
            {"clip_norm", 2.5},
            {"warmup_fraction", 0.11},
            {"decay_fraction", 0.33},
            {"final_fraction", 0.13},
            {"momentum", 0.77}};
}

void require_equal(const AdamW& a, const AdamW& b) {
    CHECK(a.learning_rate == b.learning_rate);
    CHECK(a.beta1 == b.beta1);
    CHECK(a.beta2 == b.beta2);
    CHECK(a.eps == b.eps);
    CHECK(a.weight_decay == b.weight_decay);
    CHECK(a.clip_norm == b.clip_norm);
    CHECK(a.warmup_fraction == b.warmup_fraction);
    CHECK(a.decay_fraction == b.decay_fraction);
    CHECK(a.final_fraction == b.final_fraction);
}

}  // namespace

TEST_CASE("config.json has every value under its name") {
    CHECK(config_json(unusual())["training"] == expected_training());
}

TEST_CASE("a run with AdamW alone is loaded as one") {
    const TemporaryFolder folder;
    RunConfig saved = unusual();
    saved.muon.reset();
    save_config(folder.path(), saved);
    CHECK(!load_config(folder.path()).muon);
    const auto training = config_json(saved)["training"];
    CHECK(training["optimizer"] == "adamw");
    CHECK(!training.contains("momentum"));
}

TEST_CASE("what is saved is loaded again, field by field") {
    const TemporaryFolder folder;
    const RunConfig saved = unusual();
    save_config(folder.path(), saved);
    const RunConfig c = load_config(folder.path());
    CHECK(c.model == saved.model);
    CHECK(c.objective == saved.objective);
    CHECK(c.loss.schedule == saved.loss.schedule);
    CHECK(c.loss.max_weight == saved.loss.max_weight);
    require_equal(c.adamw, saved.adamw);
    REQUIRE(c.muon);
    CHECK(c.muon->momentum == 0.77);
    CHECK(c.steps == saved.steps);
    CHECK(c.batch == saved.batch);
    CHECK(c.canvas == saved.canvas);
    CHECK(c.edit_stage.begin == saved.edit_stage.begin);
    CHECK(c.edit_stage.end == saved.edit_stage.end);
    CHECK(c.edit_loss.max_alpha == saved.edit_loss.max_alpha);
    CHECK(c.edit_loss.share == saved.edit_loss.share);
    CHECK(c.edit_loss.mask_on_top == saved.edit_loss.mask_on_top);
    CHECK(c.edit_loss.schedule == saved.edit_loss.schedule);
    CHECK(c.edit_loss.substitutions == saved.edit_loss.substitutions);
    CHECK(c.asked_edits == saved.asked_edits);
    CHECK(c.seed == saved.seed);
    CHECK(c.corpus == saved.corpus);
    CHECK(c.corpus_digest == saved.corpus_digest);
    CHECK(c.checkpoint_every == saved.checkpoint_every);
}

TEST_CASE("a configuration that lacks any one of its values is refused by that name") {
    const TemporaryFolder folder;
    const nlohmann::ordered_json whole = config_json(unusual());
    for (const auto& [name, value] : whole["training"].items()) {
        nlohmann::ordered_json json = whole;
        json["training"].erase(name);
        write_file_atomically(folder / "config.json", json.dump());
        const std::string message = error_of([&] { load_config(folder.path()); });
        CHECK(message.find("config.json: " + name + ": expected") != std::string::npos);
    }
}
