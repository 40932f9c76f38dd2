#include "app/bench_command.h"

#include <Eigen/Core>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/bench_decode.h"
#include "app/bench_greedy.h"
#include "app/bench_levenshtein.h"
#include "app/run_options.h"
#include "app/stopwatch.h"
#include "app/writable_file.h"
#include "core/eigen_view.h"
#include "core/json.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/table.h"
#include "mask_corruption/mask_tokens.h"
#include "runs/training.h"

namespace seed {
namespace {

struct BenchArguments {
    RunOptions run;
    std::string json;
    Index rounds = 7, steps = 3;
    int threads = 0;
};

// The products of a training step: (rows, in) times (in, out), and how often each occurs.
struct ProductShape {
    Index rows, in, out, count;
    double flops() const { return 2.0 * double(rows) * double(in) * double(out); }
};

std::vector<ProductShape> linear_shapes(const ModelConfig& c, Index rows, Index head_rows) {
    const Index q = c.heads * c.head_size, kv = c.kv_heads * c.head_size;
    return {{rows, c.hidden_size, q, c.layers},
            {rows, c.hidden_size, kv, 2 * c.layers},
            {rows, q, c.hidden_size, c.layers},
            {rows, c.hidden_size, c.intermediate, 2 * c.layers},
            {rows, c.intermediate, c.hidden_size, c.layers},
            {head_rows, c.hidden_size, c.vocab_size, 1}};
}

// FLOPs of one step: forward, gradient of the input and gradient of the weight of every linear
// layer (each 2 per multiply-add), and attention's two products forward and four backward.
double step_flops(const ModelConfig& c, Index batch, Index canvas, Index head_rows) {
    double flops = 0;
    for (const ProductShape& s : linear_shapes(c, batch * canvas, head_rows)) {
        flops += 3 * double(s.count) * s.flops();
    }
    const double scores = 2.0 * double(canvas) * double(canvas) * double(c.head_size);
    return flops + 6 * scores * double(batch * c.heads * c.layers);
}

// FLOP/s of Eigen's own parallel product over the three products of every linear layer.
double eigen_product_speed(const std::vector<ProductShape>& shapes, int threads) {
    Eigen::setNbThreads(threads);
    double flops = 0, seconds = 0;
    for (const ProductShape& s : shapes) {
        const EigenMatrix<float> x = EigenMatrix<float>::Random(s.rows, s.in);
        const EigenMatrix<float> w = EigenMatrix<float>::Random(s.out, s.in);
        EigenMatrix<float> y(s.rows, s.out), dx(s.rows, s.in), dw(s.out, s.in);
        const double once = seconds_of([&] {
            y.noalias() = x * w.transpose();
            dx.noalias() = y * w;
            dw.noalias() = y.transpose() * x;
        });
        flops += 3 * double(s.count) * s.flops();
        seconds += double(s.count) * once;
    }
    Eigen::setNbThreads(1);
    return flops / seconds;
}

// What one round measures: some training steps, then the product at their shapes.
struct Round {
    double seconds_per_step, flops_per_step, flops_per_second, gemm_flops_per_second;
};

Round measure(const BenchArguments& a, const RunConfig& config, const TextSource& source,
              Trainer<Host<float>>& trainer) {
    double seconds = 0, flops = 0;
    Index head_rows = 0;
    for (Index i = 0; i < a.steps; ++i) {
        TrainingBatch batch;
        seconds += seconds_of([&] {
            batch = training_batch(config, source, trainer.steps_done());
            trainer.step(batch);
        });
        const auto unscored = std::count(batch.weights.begin(), batch.weights.end(), 0.0);
        const Index scored = Index(batch.weights.size()) - Index(unscored);
        head_rows += scored;
        flops += step_flops(config.model, config.batch, config.canvas, scored);
    }
    const auto shapes =
        linear_shapes(config.model, config.batch * config.canvas, head_rows / a.steps);
    return {seconds / double(a.steps), flops / double(a.steps), flops / seconds,
            eigen_product_speed(shapes, thread_count())};
}

void print_figures(const BenchArguments& a, const nlohmann::ordered_json& json) {
    const auto number = [&](const char* field, double unit, int digits) {
        return fmt::format("{:.{}f}", json[field].get<double>() / unit, digits);
    };
    const std::string title =
        fmt::format("{} threads, median of {} rounds", thread_count(), a.rounds);
    fmt::print(
        "{}", format_table({"training step", title},
                           {{"tokens per second", number("tokens_per_second", 1, 0)},
                            {"GFLOP/s", number("flops_per_second", 1e9, 1)},
                            {"GFLOP/s of Eigen's product", number("gemm_flops_per_second", 1e9, 1)},
                            {"fraction", number("fraction_of_gemm", 1, 2)}}));
}

void bench_train(const BenchArguments& a) {
    set_thread_count(a.threads);
    RunOptions options = a.run;
    options.values.edit_stage = {1, 1};  // masks in every round
    RunConfig config = options.resolve();
    config.steps = (a.rounds + 1) * a.steps;
    const Tokenizer tokenizer =
        train_task_tokenizer(int(config.model.vocab_size), config.world, RandomKey{config.seed});
    config.model.vocab_size = tokenizer.vocab_size();
    config.model.mask_token = tokenizer.mask_id();
    const auto source = make_source(config, {}, tokenizer);
    CpuTransformer model = initial_model(config);
    Trainer<Host<float>> trainer(model, config.optimizer(), config.steps);

    // Alternate step and product, so that both see the same machine; the first round warms up
    std::vector<double> seconds, flops, step_speed, gemm_speed, fraction;
    Progress progress("rounds", a.rounds + 1, stderr, patience);
    for (Index i = 0; i <= a.rounds; ++i) {
        const Round round = measure(a, config, *source, trainer);
        progress.update(i + 1);
        if (i == 0) continue;
        seconds.push_back(round.seconds_per_step);
        flops.push_back(round.flops_per_step);
        step_speed.push_back(round.flops_per_second);
        gemm_speed.push_back(round.gemm_flops_per_second);
        fraction.push_back(round.flops_per_second / round.gemm_flops_per_second);
    }
    progress.finish();
    const double tokens = double(config.batch * config.canvas);
    const nlohmann::ordered_json json{{"tokens_per_second", tokens / median(seconds)},
                                      {"flops_per_second", median(step_speed)},
                                      {"gemm_flops_per_second", median(gemm_speed)},
                                      {"fraction_of_gemm", median(fraction)},
                                      {"seconds_per_step", median(seconds)},
                                      {"flops_per_step", median(flops)},
                                      {"threads", thread_count()},
                                      {"batch", config.batch},
                                      {"canvas", config.canvas},
                                      {"parameters", model.parameters().count()}};
    print_figures(a, json);
    if (!a.json.empty()) write_json(a.json, json);
}

}  // namespace

void add_bench_command(CLI::App& app) {
    CLI::App* bench = app.add_subcommand("bench", "measure speed beside something real");
    bench->require_subcommand(1);
    CLI::App* command = bench->add_subcommand("train", "training step against Eigen's product");
    auto a = std::make_shared<BenchArguments>();
    a->run.add_to(*command);
    command->add_option("--rounds", a->rounds, "the median of so many is printed")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    command->add_option("--steps", a->steps, "training steps per round")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    command->add_option("--json", a->json, "write the figures as JSON")->check(writable_file());
    command->add_option("--threads", a->threads, "0: one per core")->capture_default_str();
    command->callback([a] { bench_train(*a); });
    add_bench_levenshtein(*bench);
    add_bench_decode(*bench);
    add_bench_greedy(*bench);
}

}  // namespace seed
