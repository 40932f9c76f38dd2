// The folder of a run: nothing of it is overwritten, lost, or taken for another's.
#include "runs/run_folder.h"

#include "core/files.h"
#include "runs/distillation.h"
#include "tests/runs/numbered_texts.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"
#include "tokenizer/tokenizer_json.h"
#include "trajectory_selection/trajectory_file.h"

using namespace seed;

namespace {

const Tokenizer& bytes() {
    static const Tokenizer tokenizer = Tokenizer::from_merges({});
    return tokenizer;
}

}  // namespace

TEST_CASE("a report may not be written over any file of a run") {
    const TemporaryFolder folder;
    write_file_atomically(folder / "report.json", "{}");
    for (const char* file : {"config.json", "tokenizer.json", "record.jsonl", "model.safetensors",
                             "training.safetensors", "pool.safetensors", "selected.safetensors"}) {
        write_file_atomically(folder / file, "{}");
        CHECK(error_of([&] { require_not_of_run(folder / file, folder.path(), "--figures"); }) ==
              "--figures: expected another file than those of the run, got " +
                  (folder / file).string());
    }
    require_not_of_run(folder / "report.json", folder.path(), "--figures");
    require_not_of_run(folder / "new.json", folder.path(), "--figures");
    require_not_of_run("", folder.path(), "--figures");
}

TEST_CASE("a run that goes on from another has its record and its state, and leaves it as it was") {
    const TemporaryFolder folder;
    const NumberedTexts source(bytes());
    RunConfig config = small_run();
    start_run(folder / "one", config, bytes());
    train_in_folder(folder / "one", config, source, "one", 2);
    config.steps = 12;
    branch_run(folder / "one", folder / "two", config);
    for (const char* file : {"tokenizer.json", "record.jsonl", "training.safetensors"}) {
        CHECK(read_file(folder / "two" / file) == read_file(folder / "one" / file));
    }
    CHECK(load_config(folder / "two").steps == 12);
    CHECK(load_config(folder / "one").steps == 10);
    CHECK(error_of([&] { branch_run(folder / "one", folder / "two", config); }) ==
          (folder / "two").string() + ": expected a folder without a run, got one");
}

TEST_CASE("a tokenizer of another size, or with another mask, is not the model's") {
    const TemporaryFolder folder;
    save_tokenizer(folder / "tokenizer.json", bytes());
    RunConfig config = small_run();
    CHECK(load_run_tokenizer(folder.path(), config).vocab_size() == 259);
    const auto error = [&] { return error_of([&] { load_run_tokenizer(folder.path(), config); }); };
    config.model.mask_token = 1;
    CHECK(error().ends_with("expected the model's 259 tokens with mask 1, got 259 with mask 0"));
    config.model.mask_token = 0, config.model.vocab_size = 260;
    CHECK(error().ends_with("expected the model's 260 tokens with mask 0, got 259 with mask 0"));
}

TEST_CASE("a run without a step is taken away, one with a single step is kept") {
    const TemporaryFolder folder;
    const RunConfig config = small_run();
    start_run(folder / "run", config, bytes());
    write_file_atomically(folder / "run/record.jsonl", "");
    discard_unused_run(folder / "run");
    CHECK(!std::filesystem::exists(folder / "run"));
    start_run(folder / "run", config, bytes());
    write_file_atomically(folder / "run/record.jsonl", "{\"step\":1}\n");
    discard_unused_run(folder / "run");
    CHECK(std::filesystem::exists(folder / "run/config.json"));
    CHECK(std::filesystem::exists(folder / "run/tokenizer.json"));
}

TEST_CASE("a model is loaded with the weights that were saved, and not before there are any") {
    const TemporaryFolder folder;
    const NumberedTexts source(bytes());
    const RunConfig config = small_run();
    start_run(folder / "run", config, bytes());
    CHECK(error_of([&] { load_run(folder / "run"); }).find("expected a trained model") !=
          std::string::npos);
    const CpuTransformer trained = train_in_folder(folder / "run", config, source, "run", 2);
    CHECK(digest_of(load_run(folder / "run").model.parameters()) ==
          digest_of(trained.parameters()));
    CHECK(digest_of(trained.parameters()) != digest_of(initial_model(config).parameters()));
}
