// A run on disk: its record, its checkpoints, and that it goes on as if nothing had happened.
#include "runs/training.h"

#include "core/files.h"
#include "core/json.h"
#include "runs/run_folder.h"
#include "runs/stage.h"
#include "tests/runs/numbered_texts.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"
#include "trajectory_selection/trajectory_file.h"

using namespace seed;

namespace {

const Tokenizer& bytes() {
    static const Tokenizer tokenizer = Tokenizer::from_merges({});
    return tokenizer;
}

std::vector<nlohmann::json> record_of(const std::filesystem::path& folder) {
    std::vector<nlohmann::json> lines;
    std::string text = read_file(folder / "record.jsonl");
    for (std::size_t end = 0; (end = text.find('\n')) != text.npos; text.erase(0, end + 1)) {
        lines.push_back(parse_json(text.substr(0, end)));
    }
    return lines;
}

std::string step_of(const std::filesystem::path& file) {
    return read_safetensors(file).metadata.at("step");
}

}  // namespace

TEST_CASE("the record of a run is what its trainer reported, step by step") {
    const TemporaryFolder folder;
    const NumberedTexts source(bytes());
    RunConfig config = small_run();
    if (GENERATE(false, true)) config.muon.emplace();
    const CpuTransformer trained = train_in_folder(folder.path(), config, source, "run");

    CpuTransformer model = initial_model(config);
    Trainer<Host<float>> trainer(model, config.optimizer(), config.steps);
    const auto lines = record_of(folder.path());
    REQUIRE(lines.size() == 10);
    for (Index step = 0; step < 10; ++step) {
        const StepReport report = trainer.step(training_batch(config, source, step));
        CHECK(lines[std::size_t(step)] ==
              nlohmann::json{{"step", step + 1},
                             {"loss", report.loss},
                             {"gradient_norm", report.gradient_norm},
                             {"learning_rate", learning_rate_at(config.adamw, step, 10)}});
    }
    CHECK(digest_of(trained.parameters()) == digest_of(model.parameters()));
    CHECK(step_of(folder / "model.safetensors") == "10");
    CHECK(step_of(folder / "training.safetensors") == "10");
}

TEST_CASE("a run that stops and goes on is the whole run, bit for bit") {
    const TemporaryFolder whole, parts;
    const NumberedTexts source(bytes());
    const RunConfig config = small_run();
    const CpuTransformer expected = train_in_folder(whole.path(), config, source, "whole");
    train_in_folder(parts.path(), config, source, "part", 3);
    CHECK(record_of(parts.path()).size() == 3);
    CHECK(step_of(parts / "training.safetensors") == "3");
    write_file_atomically(parts / "model.safetensors.partial-0123abcd", "torn");
    std::filesystem::remove(parts / "model.safetensors");  // killed between the two files
    CHECK(step_of(parts / "training.safetensors") == "3");
    const CpuTransformer same = train_in_folder(parts.path(), config, source, "part", 3);
    CHECK(step_of(parts / "model.safetensors") == "3");
    CHECK(!std::filesystem::exists(parts / "model.safetensors.partial-0123abcd"));
    const CpuTransformer actual = train_in_folder(parts.path(), config, source, "rest");
    CHECK(digest_of(same.parameters()) != digest_of(actual.parameters()));
    CHECK(digest_of(actual.parameters()) == digest_of(expected.parameters()));
    for (const char* file : {"record.jsonl", "model.safetensors", "training.safetensors"}) {
        CHECK(read_file(parts / file) == read_file(whole / file));
    }
    CHECK(error_of([&] { train_in_folder(parts.path(), config, source, "less", 9); }) ==
          parts.path().string() + ": expected a run of at most 9 steps, got one of 10");
}

TEST_CASE("a kill leaves the last checkpoint, and the record goes on behind it") {
    const TemporaryFolder whole, killed;
    const NumberedTexts source(bytes());
    const RunConfig config = small_run();  // a checkpoint every 4 steps
    train_in_folder(whole.path(), config, source, "whole");
    const BatchOfStep dies = [&](Index step, const Proposals&) {
        require(step < 7, "the power went out");
        return training_batch(config, source, step);
    };
    CHECK(error_of([&] {
              train_in_folder(killed.path(), config, source, "killed", std::nullopt, dies);
          }) == "the power went out");
    CHECK(step_of(killed / "training.safetensors") == "4");
    CHECK(record_of(killed.path()).size() == 7);
    train_in_folder(killed.path(), config, source, "again");
    for (const char* file : {"record.jsonl", "model.safetensors", "training.safetensors"}) {
        CHECK(read_file(killed / file) == read_file(whole / file));
    }
}

TEST_CASE("stage 1 ends where the edit stage begins, and each has a step") {
    RunConfig config = small_run();
    CHECK(steps_of_stage_1(config) == 6);
    config.edit_stage = {0.1, 1};
    CHECK(steps_of_stage_1(config) == 1);
    config.edit_stage = {0.95, 1};
    CHECK(error_of([&] { steps_of_stage_1(config); }).ends_with("got 10 of 10 steps for stage 1"));
    config.edit_stage = {0, 1};
    CHECK(error_of([&] { steps_of_stage_1(config); }).ends_with("got 0 of 10 steps for stage 1"));
}

TEST_CASE("two stages in two folders make the run that one folder makes") {
    const TemporaryFolder folder, whole;
    const NumberedTexts source(bytes());
    const RunConfig config = small_run();
    const Stage first{folder / "one", "one", config, 6},
        second{folder / "two", "two", config, 10, folder / "one"};
    train_stage(first, source);
    CHECK(record_of(folder / "one").size() == 6);
    train_stage(second, source);
    train_in_folder(whole.path(), config, source, "whole");
    CHECK(read_file(folder / "two/record.jsonl") == read_file(whole / "record.jsonl"));
    CHECK(read_file(folder / "two/model.safetensors") == read_file(whole / "model.safetensors"));
    CHECK(record_of(folder / "one").size() == 6);  // as it was

    Stage other = first;
    other.config.batch = 4;
    CHECK(error_of([&] { train_stage(other, source); }) ==
          (folder / "one").string() +
              ": expected a run with the options that were given now, got one with others");
    other = first;
    other.folder = folder / "alone";
    other.goes_on_from = folder / "nothing";
    CHECK(!error_of([&] { train_stage(other, source); }).empty());
}
