// An ablation makes every row once, whatever happens in between, and its table says what they hold.
#include "evaluation/ablation.h"

#include <map>
#include <set>

#include "core/files.h"
#include "core/json.h"
#include "tests/support/catch.h"
#include "tests/support/compare.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"

using namespace seed;
using Json = Ablation::Json;

namespace {

// Arms without a model: a row says who asked for it.
struct Recorded {
    std::vector<std::string> made;
    std::size_t fails_at = 99;

    Ablation ablation() {
        return {"an-example",
                "about nothing",
                {"left", "right"},
                {{"value", "/deep/value"}},
                [](const AblationOptions& o) { require(o.tasks != 13, "13 tasks: unlucky"); },
                [this](const AblationOptions& o, const std::string& arm) {
                    require(made.size() != fails_at, "the power went out");
                    made.push_back(fmt::format("{} {}", arm, o.config.seed));
                    return Json{{"deep", {{"value", 10 * double(o.config.seed)}}}};
                }};
    }
};

AblationOptions options_with_seed(std::uint64_t seed) {
    AblationOptions options;
    options.config.seed = seed;
    return options;
}

Json row(const std::string& arm, std::uint64_t seed) {
    return {{"arm", arm}, {"seed", seed}, {"deep", {{"value", 10.0 * double(seed)}}}};
}

}  // namespace

TEST_CASE("every arm has a row for every seed, seed by seed") {
    const TemporaryFolder folder;
    Recorded recorded;
    const auto report =
        run_ablation(recorded.ablation(), options_with_seed(5), 2, folder / "rows.json");
    CHECK(recorded.made == std::vector<std::string>{"left 5", "right 5", "left 6", "right 6"});
    const Json expected{row("left", 5), row("right", 5), row("left", 6), row("right", 6)};
    CHECK(report.rows() == expected);
    const Json file = parse_json<Json>(read_file(folder / "rows.json"));
    CHECK(file["rows"] == expected);
    CHECK(file["options"]["experiment"] == "an-example");
    CHECK(file["options"]["tasks"] == 256);
    CHECK(file["options"]["run"]["training"]["steps"] == RunConfig{}.steps);
}

TEST_CASE("an ablation that stopped in the middle goes on where it stopped, and takes more seeds") {
    const TemporaryFolder folder;
    Recorded first;
    first.fails_at = 3;
    const auto run = [&](Recorded& recorded, Index seeds, AblationOptions options) {
        return run_ablation(recorded.ablation(), options, seeds, folder / "rows.json").rows();
    };
    CHECK(error_of([&] { run(first, 2, options_with_seed(1)); }) == "the power went out");
    Recorded second;
    CHECK(run(second, 2, options_with_seed(1)).size() == 4);
    CHECK(second.made == std::vector<std::string>{"right 2"});
    Recorded more;
    CHECK(run(more, 3, options_with_seed(1)).size() == 6);
    CHECK(more.made == std::vector<std::string>{"left 3", "right 3"});
    Recorded fewer;
    CHECK(run(fewer, 1, options_with_seed(3)).size() == 6);
    CHECK(fewer.made.empty());
}

TEST_CASE("rows with other options, or of something else, are refused and stay as they are") {
    const TemporaryFolder folder;
    const auto file = folder / "rows.json";
    Recorded recorded;
    run_ablation(recorded.ablation(), options_with_seed(1), 1, file);
    const std::string before = read_file(file);
    const auto error_with = [&](const AblationOptions& options, Index seeds = 1) {
        const std::string error =
            error_of([&] { run_ablation(recorded.ablation(), options, seeds, file); });
        CHECK(read_file(file) == before);
        return error;
    };
    AblationOptions other = options_with_seed(1);
    other.config.steps = 4;
    const std::string others = file.string() +
                               ": expected the report of an ablation with these options, got one "
                               "with others; choose another --json";
    CHECK(error_with(other) == others);
    other = options_with_seed(1);
    other.tasks = 12;
    CHECK(error_with(other) == others);
    other.tasks = 13;
    CHECK(error_with(other) == "13 tasks: unlucky");
    CHECK(error_with(options_with_seed(1), 0) == "--seeds: expected 1 ... 1000, got 0");
    CHECK(recorded.made.size() == 2);
    for (const char* wrong : {"[]", "{\"options\": {}}", "{\"options\": {}, \"rows\": 1}",
                              "{\"options\": {}, \"rows\": [{\"arm\": \"left\"}]}"}) {
        write_file_atomically(file, wrong);
        CHECK(error_of([&] { run_ablation(recorded.ablation(), options_with_seed(1), 1, file); }) ==
              file.string() + ": expected the report of an ablation, got something else");
        CHECK(read_file(file) == wrong);
    }
}

TEST_CASE("the spread is that of an arm's own rows which have the figure") {
    const Figure figure{"value", "/deep/value"};
    Json rows{row("left", 3), row("right", 70), row("left", 1), row("left", 8)};
    rows.push_back({{"arm", "left"}, {"seed", 9}});
    rows.push_back({{"arm", "left"}, {"seed", 10}, {"deep", {{"value", nullptr}}}});
    const auto spread = spread_of(rows, "left", figure);
    CHECK(spread->seeds == 3);
    CHECK(near(spread->mean, 40, 1e-15));
    CHECK(spread->least == 10);
    CHECK(spread->greatest == 80);
    CHECK(!spread_of(rows, "middle", figure));
    CHECK(!spread_of(rows, "left", {"value", "/deep/other"}));
}

TEST_CASE("no two lines of an ablation's table show the same figure") {
    CHECK(ablations().size() == 5);
    for (const Ablation& ablation : ablations()) {
        std::set<std::string> places;
        for (const Figure& figure : ablation.figures) places.insert(figure.place);
        INFO(ablation.name);
        CHECK(places.size() == ablation.figures.size());
    }
}

TEST_CASE("a line of chapter 4's table shows what its title says") {
    const std::map<std::string, std::string> in_title{{"restored", "restore_rate"},
                                                      {"whole programs", "exact_rate"},
                                                      {"one edit", "one_edit"},
                                                      {"floor(n / 10)", "tenth"},
                                                      {"clean", "clean"},
                                                      {"false edits", "false_edit_rate"},
                                                      {"edit tasks", "edit_decoding"},
                                                      {"after", "after"}};
    Index checked = 0;
    for (const auto& [title, place] : ablation_named("edit-corruption").figures) {
        for (const auto& [words, part] : in_title) {
            INFO(title << " at " << place);
            CHECK((title.find(words) != title.npos) == (place.find(part) != place.npos));
            ++checked;
        }
    }
    CHECK(checked == 13 * 8);
}

TEST_CASE("an ablation is found by its name") {
    CHECK(ablation_named("edit-corruption").arms ==
          std::vector<std::string>{"mask_only", "stage_2"});
    CHECK(error_of([] { ablation_named("no-corruption"); }) ==
          "experiment: expected one of mask-corruption, edit-corruption, trajectory-selection, "
          "step-reduction, block-decoding, got 'no-corruption'");
}
