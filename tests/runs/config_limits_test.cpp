// The first number that a run refuses, and the last one that it takes.
#include <nlohmann/json.hpp>

#include "runs/run_config.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

template <class Change>
std::string error_with(Change change) {
    RunConfig config;
    change(config);
    return error_of([&] { check_run_config(config); });
}

// The member is taken at one value and refused, by the option's name, at the other.
template <class Member>
void check_limit(const char* option, double taken, double refused, Member member) {
    INFO(option << ": " << taken << " is taken, " << refused << " is not");
    CHECK(error_with([&](RunConfig& c) { member(c) = taken; }) == "");
    CHECK(error_with([&](RunConfig& c) { member(c) = refused; }).find(option) == 0);
}

}  // namespace

TEST_CASE("the optimiser's numbers are refused where a float no longer holds them") {
    const double below_1 = 1 - 1e-7, rounds_to_1 = 1 - 1e-9;
    const auto beta1 = [](RunConfig& c) -> double& { return c.adamw.beta1; };
    check_limit("--beta1", 0, -0.1, beta1);
    check_limit("--beta1", below_1, rounds_to_1, beta1);
    const auto beta2 = [](RunConfig& c) -> double& { return c.adamw.beta2; };
    check_limit("--beta2", below_1, rounds_to_1, beta2);
    const auto momentum = [](RunConfig& c) -> double& { return c.muon.emplace().momentum; };
    check_limit("--momentum", 0, -0.1, momentum);
    check_limit("--momentum", below_1, rounds_to_1, momentum);
    const auto rate = [](RunConfig& c) -> double& {
        c.adamw.weight_decay = 0;
        return c.adamw.learning_rate;
    };
    check_limit("--learning-rate", 1e-30, 0, rate);
    check_limit("--learning-rate", 1e37, 1e38, rate);  // divided by 1 - beta1
    const auto eps = [](RunConfig& c) -> double& { return c.adamw.eps; };
    check_limit("--eps", 1e-30, 1e-50, eps);
    const auto decay = [](RunConfig& c) -> double& { return c.adamw.weight_decay; };
    check_limit("--weight-decay", 0, -1e-9, decay);
    const auto decay_of_a_step = [](RunConfig& c) -> double& {
        c.adamw.learning_rate = 1e30;
        return c.adamw.weight_decay;
    };
    check_limit("--weight-decay", 0.9e-30, 1.1e-30, decay_of_a_step);
    const auto clip = [](RunConfig& c) -> double& { return c.adamw.clip_norm; };
    check_limit("--clip-norm", 0, -1e-9, clip);
    const auto weight = [](RunConfig& c) -> double& { return c.loss.max_weight; };
    check_limit("--max-weight", 1e-3, 0, weight);
}

TEST_CASE("shares end where they say") {
    const auto warmup = [](RunConfig& c) -> double& { return c.adamw.warmup_fraction; };
    check_limit("--warmup-fraction", 0.999, 1, warmup);
    const auto fall = [](RunConfig& c) -> double& { return c.adamw.decay_fraction; };
    check_limit("--decay-fraction", 1, 1.001, fall);
    const auto last = [](RunConfig& c) -> double& { return c.adamw.final_fraction; };
    check_limit("--final-fraction", 0, -0.001, last);
    const auto share = [](RunConfig& c) -> double& { return c.edit_loss.share; };
    check_limit("--edited", 1e-9, 0, share);
    check_limit("--edited", 1, 1.001, share);
    const auto alpha = [](RunConfig& c) -> double& { return c.edit_loss.max_alpha; };
    check_limit("--max-alpha", 0, -0.001, alpha);
    check_limit("--max-alpha", 1, 1.001, alpha);
    const auto asked = [](RunConfig& c) -> double& { return c.asked_edits; };
    check_limit("--asked-edits", 1, 1.001, asked);
    const auto end = [](RunConfig& c) -> double& { return c.edit_stage.end; };
    check_limit("--edit-begin, --edit-end", 0.8, 0.79, end);
}

TEST_CASE("a distillation's numbers are those of its options, and end where they say") {
    const auto error_of_change = [](auto change) {
        return error_with([&](RunConfig& c) { change(c.distillation.emplace()); });
    };
    CHECK(error_of_change([](Distillation&) {}) == "");
    CHECK(error_of_change([](Distillation& d) { d.selection.keep = d.pool.members; }) == "");
    CHECK(error_of_change([](Distillation& d) { d.selection.keep = d.pool.members + 1; }) ==
          "--keep: expected 1 ... 2, the trajectories of a text, got 3");
    CHECK(error_of_change([](Distillation& d) { d.selection.keep = 0; }).starts_with("--keep"));
    CHECK(error_of_change([](Distillation& d) {
              d.selection.max_nats = -1;
          }).starts_with("--max-nats"));
    CHECK(error_of_change([](Distillation& d) {
              d.loss.edited = 1.01;
          }).starts_with("--edited-states"));
    CHECK(error_of_change([](Distillation& d) {
              d.loss.max_alpha = 1.01;
          }).starts_with("--state-alpha"));
    CHECK(error_of_change([](Distillation& d) { d.texts = 0; }).starts_with("--texts"));
}

TEST_CASE("every value of a distillation is under its name, and read from there") {
    Distillation d;
    d.model = "0123456789abcdef", d.first_text = 77, d.texts = 55;
    d.pool = {.members = 6,
              .temperatures = {0.125, 0.375},
              .steps = {5, 7},
              .thresholds = {0.65},
              .blocks = {9, 11}};
    d.selection = {.keep = 3, .max_nats = 1.75};
    d.loss = {StateWeight::by_position, 0.35, 0.15};
    d.orders = Orders::unselected, d.edit_term = false;
    const nlohmann::ordered_json json = distillation_json(d);
    CHECK(json == nlohmann::ordered_json{{"model", "0123456789abcdef"},
                                         {"first_text", 77},
                                         {"texts", 55},
                                         {"members", 6},
                                         {"temperatures", {0.125, 0.375}},
                                         {"order_steps", {5, 7}},
                                         {"thresholds", {0.65}},
                                         {"blocks", {9, 11}},
                                         {"keep", 3},
                                         {"max_nats", 1.75},
                                         {"lambda", "position"},
                                         {"edited_states", 0.35},
                                         {"state_alpha", 0.15},
                                         {"orders", "unselected"},
                                         {"edit_term", false}});
    CHECK(distillation_json(distillation_from(nlohmann::json(json))) == json);
}

TEST_CASE("a distillation trains as its size says, with a learning rate that falls throughout") {
    RunConfig origin;
    origin.steps = 999, origin.adamw.decay_fraction = 0.3;
    const RunConfig config = distillation_training(origin, {.texts = 21, .steps = 43});
    CHECK(config.steps == 43);
    CHECK(config.adamw.decay_fraction == 1);
    CHECK(config.distillation->texts == 21);
    CHECK(config.batch == origin.batch);
}
