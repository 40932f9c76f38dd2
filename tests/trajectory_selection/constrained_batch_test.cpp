// The training batches of eq. 9.
#include "trajectory_selection/constrained_batch.h"

#include <cmath>
#include <set>

#include "edit_corruption/edit_draws.h"
#include "tests/edit_corruption/edit_canvases.h"
#include "tests/support/error_of.h"
#include "tests/transformer/random_model.h"

using namespace seed;

namespace {

// The text of each canvas from left to right, three positions per step.
std::vector<Trajectory> left_to_right(const std::vector<Canvas>& canvases) {
    std::vector<Trajectory> trajectories;
    for (const Canvas& canvas : canvases) {
        Trajectory t{std::vector<std::int32_t>(canvas.ids.size(), Trajectory::given), 0};
        for (std::size_t i = std::size_t(canvas.prompt_length); i < canvas.ids.size(); ++i) {
            t.reveal[i] = std::int32_t(i - std::size_t(canvas.prompt_length)) / 3;
            t.steps = t.reveal[i] + 1;
        }
        trajectories.push_back(t);
    }
    return trajectories;
}

std::vector<std::int32_t> row_of(const TrainingBatch& batch, Index b) {
    const auto row = batch.input.ids.begin() + b * batch.input.positions;
    return {row, row + batch.input.positions};
}

double weight_of(const TrainingBatch& batch, Index b) {
    double sum = 0;
    for (Index i = 0; i < batch.input.positions; ++i) {
        sum += batch.weights[std::size_t(b * batch.input.positions + i)];
    }
    return sum;
}

}  // namespace

TEST_CASE("without f a batch holds states of the trajectories and a mean over their masks") {
    const auto canvases = canvases_of(40);
    const auto trajectories = left_to_right(canvases);
    const TrainingBatch batch =
        constrained_batch(canvases, trajectories, {.edited = 0}, vocabulary, test_key("batch"));
    std::set<Index> steps;
    for (Index b = 0; b < 40; ++b) {
        const auto xs = row_of(batch, b);
        Index step = 0;
        while (xs != state_before(canvases[b].ids, trajectories[b], step, mask)) ++step;
        REQUIRE(step < trajectories[b].steps);
        steps.insert(step);
        const double masks = double(std::count(xs.begin(), xs.end(), mask));
        for (Index i = 0; i < 30; ++i) {
            const std::size_t n = std::size_t(b * 30 + i);
            CHECK(batch.targets[n] == canvases[b].ids[i]);
            CHECK(near(batch.weights[n], xs[i] == mask ? 1 / (40 * masks) : 0, 1e-13));
        }
    }
    // 10 steps, stratified: each is there
    CHECK(steps.size() == 10);
}

TEST_CASE("by position every position that counts has the same weight") {
    const auto canvases = canvases_of(4);
    const ConstrainedLoss loss{.weight = StateWeight::by_position};
    const TrainingBatch batch =
        constrained_batch(canvases, left_to_right(canvases), loss, vocabulary, test_key("batch"));
    std::set<double> weights(batch.weights.begin(), batch.weights.end());
    CHECK(weights.size() == 2);
    double sum = 0;
    for (const double weight : batch.weights) sum += weight;
    CHECK(near(sum, 1, 1e-12));
}

TEST_CASE("f puts other tokens for what can be seen of its share of the states, and they count") {
    const auto canvases = canvases_of(640);
    const auto trajectories = left_to_right(canvases);
    const ConstrainedLoss loss{.edited = 0.5, .max_alpha = 0.4};
    const TrainingBatch batch =
        constrained_batch(canvases, trajectories, loss, vocabulary, test_key("batch"));
    double changed = 0, visible = 0, variance = 0;
    for (Index b = 0; b < 640; ++b) {
        const auto xs = row_of(batch, b);
        // Masks stand where the trajectory has them, whatever was edited
        Index step = 0;
        while (masked_before(trajectories[b], step).front() !=
               std::find(xs.begin(), xs.end(), mask) - xs.begin()) {
            ++step;
        }
        const auto clean = state_before(canvases[b].ids, trajectories[b], step, mask);
        double can_change = 0;
        for (Index i = 0; i < 30; ++i) {
            const std::int32_t x0 = canvases[b].ids[i];
            CHECK((xs[i] == mask) == (clean[i] == mask));
            CHECK((batch.weights[std::size_t(b * 30 + i)] > 0) == (xs[i] != x0));
            can_change += i >= canvases[b].prompt_length && is_ordinary(clean[i], vocabulary);
            if (xs[i] == clean[i]) continue;
            CHECK(b < 320);
            CHECK(is_ordinary(xs[i], vocabulary));
            CHECK(is_ordinary(x0, vocabulary));
            ++changed;
        }
        CHECK(near(weight_of(batch, b), 1.0 / 640, 1e-13));
        if (b >= 320) continue;
        // alpha ~ U[0, a]: n tokens change n a / 2 times on average, with the variance
        // n^2 a^2 / 12 of alpha and n E[alpha (1 - alpha)] = n (a / 2 - a^2 / 3) of their own
        visible += can_change;
        variance += can_change * can_change * 0.16 / 12 + can_change * (0.2 - 0.16 / 3);
    }
    CHECK(std::abs(changed - 0.2 * visible) < 5 * std::sqrt(variance));
    CHECK(5 * std::sqrt(variance) < 0.1 * visible);  // or it says little
}

TEST_CASE("f substitutes each visible token by its own number, up to all of them") {
    const std::vector<std::int32_t> xs{5, 5, mask, 6, 6, 6, eos, eos};
    const auto all = substitute_visible(xs, 1, 1, vocabulary, test_key("f"));
    CHECK(all[0] == 5);
    CHECK(all[2] == mask);
    CHECK(all[6] == eos);
    for (const std::size_t i : {1, 3, 4, 5}) {
        CHECK(all[i] != xs[i]);
        CHECK(is_ordinary(all[i], vocabulary));
    }
    CHECK(substitute_visible(xs, 1, 0, vocabulary, test_key("f")) == xs);
    // Equal tokens do not all become the same
    const auto equals =
        substitute_visible(std::vector<std::int32_t>(30, 5), 0, 1, vocabulary, test_key("f"));
    CHECK(std::set<std::int32_t>(equals.begin(), equals.end()).size() > 3);
    CHECK(error_of([&] { substitute_visible(xs, 1, 2, vocabulary, test_key("f")); }) ==
          "constrained batch: expected an alpha in 0 ... 1, got 2");
}

TEST_CASE(
    "whether a token is changed, and how often that happens, says nothing about the new one") {
    // A quarter of them, and of these half become one of the upper half
    const std::vector<std::int32_t> text(4000, 5);
    double changed = 0, upper = 0;
    for (const std::int32_t token : substitute_visible(text, 0, 0.25, vocabulary, test_key("f"))) {
        if (token == 5) continue;
        ++changed, upper += token >= vocabulary.size / 2;
    }
    CHECK(std::abs(changed / 4000 - 0.25) < 0.05);
    CHECK(std::abs(upper / changed - 0.5) < 0.15);
    // The share alpha is a number of its own: it is not what decides about the first position
    Canvas canvas = canvases_of(1)[0];
    canvas.prompt_length = 0;
    std::fill(canvas.ids.begin(), canvas.ids.end() - 1, 5);
    Trajectory last{std::vector<std::int32_t>(30, Trajectory::given), 1};
    last.reveal.back() = 0;
    int first = 0;
    for (std::uint64_t k = 0; k < 100; ++k) {
        const TrainingBatch batch = constrained_batch(
            {canvas}, {last}, {.edited = 1, .max_alpha = 1}, vocabulary, test_key("batch").fork(k));
        first += row_of(batch, 0).front() != 5;
    }
    CHECK(std::abs(first - 50) < 30);
}

TEST_CASE("the share that f sees is rounded down, and a text has another step for another key") {
    const std::vector<Canvas> canvases(3, canvases_of(1)[0]);
    const auto trajectories = left_to_right(canvases);
    std::set<std::vector<std::int32_t>> states;
    bool is_edited = false;
    for (std::uint64_t k = 0; k < 60; ++k) {
        const TrainingBatch batch =
            constrained_batch(canvases, trajectories, {.edited = 0.5, .max_alpha = 1}, vocabulary,
                              test_key("batch").fork(k));
        const auto is_clean = [&](Index b) {
            const auto xs = row_of(batch, b);
            Index step = 0;
            while (step < trajectories[b].steps &&
                   xs != state_before(canvases[b].ids, trajectories[b], step, mask)) {
                ++step;
            }
            return step < trajectories[b].steps;
        };
        is_edited = is_edited || !is_clean(0);
        CHECK(is_clean(1));
        CHECK(is_clean(2));
        states.insert(row_of(batch, 1));
    }
    CHECK(is_edited);
    CHECK(states.size() > 1);
}

TEST_CASE("two places in a batch have steps of their own") {
    const std::vector<Canvas> canvases(2, canvases_of(1)[0]);
    // Stratified over ten steps: the two are five apart
    const TrainingBatch batch = constrained_batch(canvases, left_to_right(canvases), {.edited = 0},
                                                  vocabulary, test_key("batch"));
    CHECK(row_of(batch, 0) != row_of(batch, 1));
}

TEST_CASE("the places in a batch have edits of their own, and so have two keys") {
    // One text 16 times, always in the same state: only the last position is masked
    const std::vector<Canvas> canvases(16, canvases_of(1)[0]);
    Trajectory last{std::vector<std::int32_t>(30, Trajectory::given), 1};
    last.reveal.back() = 0;
    const std::vector<Trajectory> trajectories(16, last);
    const auto rows = [&](std::string_view key) {
        const TrainingBatch batch = constrained_batch(
            canvases, trajectories, {.edited = 1, .max_alpha = 1}, vocabulary, test_key(key));
        std::vector<std::vector<std::int32_t>> all;
        for (Index b = 0; b < 16; ++b) all.push_back(row_of(batch, b));
        return all;
    };
    const auto one = rows("one"), two = rows("two");
    // One state in 21 stays as it is, for an alpha close to 0
    CHECK(std::set(one.begin(), one.end()).size() > 8);
    CHECK(one != two);
    CHECK(one == rows("one"));
}

TEST_CASE("batches of nothing are refused") {
    const auto canvases = canvases_of(1);
    const auto trajectories = left_to_right(canvases);
    const auto error = [&](const auto& c, const auto& t, const ConstrainedLoss& loss) {
        return error_of([&] { constrained_batch(c, t, loss, vocabulary, test_key("batch")); });
    };
    const std::vector<Canvas> none;
    CHECK(error(none, std::vector<Trajectory>{}, {}) ==
          "constrained batch: expected a trajectory for each of 0 canvases, got 0");
    CHECK(error(canvases, std::vector<Trajectory>{}, {}) ==
          "constrained batch: expected a trajectory for each of 1 canvases, got 0");
    CHECK(error(canvases, trajectories, {.edited = 1.5}) ==
          "constrained batch: expected an edited share in 0 ... 1, got 1.5");
    CHECK(error(canvases, std::vector<Trajectory>(1), {}) ==
          "constrained batch: expected a trajectory of steps, got none");
}
