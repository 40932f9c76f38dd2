#include "app/tour.h"

#include <chrono>

#include "app/decode_command.h"
#include "app/report.h"
#include "core/files.h"
#include "core/table.h"
#include "lua_tasks/generator.h"
#include "tokenizer/tokenizer_json.h"

namespace seed {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// The part of the tour that decides its numbers.
Json options_json(const TourOptions& o) {
    return {{"steps", o.steps},
            {"autoregressive_steps", o.autoregressive_steps},
            {"tasks", o.tasks},
            {"run", config_json(o.config)}};
}

class Tour {
public:
    explicit Tour(const TourOptions& options) : options_(options), folder_(options.folder) {}

    void run();

private:
    void open();
    bool is_done(const std::string& stage) const;
    void add_row(Json row);
    void make_tokenizer();
    RunConfig config_of(Objective objective) const;
    void train(Objective objective, const std::string& stage, const std::string& title);
    void decode_in_fixed_steps();
    void show_one_sample();

    TourOptions options_;
    fs::path folder_;
    Json report_;
    std::optional<Tokenizer> tokenizer_;
};

void Tour::open() {
    std::error_code error;
    fs::create_directories(folder_, error);
    require(!error, "{}: cannot make the folder: {}", folder_.string(), error.message());
    const fs::path file = folder_ / "tour.json";
    if (!fs::exists(file)) {
        report_ = {{"options", options_json(options_)}, {"rows", Json::array()}};
        return;
    }
    try {
        report_ = Json::parse(read_file(file));
        require(report_.at("options") == options_json(options_),
                "{}: expected a tour with these options, got one with others; choose another --out",
                folder_.string());
        for (const Json& row : report_.at("rows")) row.at("stage").get<std::string>();
    } catch (const Json::exception& json_error) {
        fail("{}: expected a tour's report, got: {}", file.string(), json_error.what());
    }
}

bool Tour::is_done(const std::string& stage) const {
    for (const Json& row : report_["rows"]) {
        if (row["stage"] == stage) return true;
    }
    return false;
}

void Tour::add_row(Json row) {
    report_["rows"].push_back(std::move(row));
    write_json(folder_ / "tour.json", report_);
}

Json row_of(const std::string& stage, const Json& nelbo, const DecodingReport& decoding,
            double seconds) {
    return {{"stage", stage},
            {"nelbo_nats_per_token", nelbo},
            {"pass_at_1", decoding.pass_at_1},
            {"calls_per_sample", decoding.calls_per_sample},
            {"tokens_per_call", decoding.tokens_per_call},
            {"tokens_per_second", decoding.tokens_per_second},
            {"seconds", seconds}};
}

void Tour::make_tokenizer() {
    const fs::path file = folder_ / "tokenizer.json";
    if (!is_done("tokenizer")) {
        const auto start = Clock::now();
        save_tokenizer(file, train_task_tokenizer(int(options_.config.model.vocab_size),
                                                  RandomKey{options_.config.seed}));
        add_row({{"stage", "tokenizer"},
                 {"nelbo_nats_per_token", nullptr},
                 {"pass_at_1", nullptr},
                 {"calls_per_sample", nullptr},
                 {"tokens_per_call", nullptr},
                 {"tokens_per_second", nullptr},
                 {"seconds", seconds_since(start)}});
    }
    tokenizer_ = load_tokenizer(file);
}

RunConfig Tour::config_of(Objective objective) const {
    RunConfig config = options_.config;
    config.objective = objective;
    config.steps =
        objective == Objective::diffusion ? options_.steps : options_.autoregressive_steps;
    config.model.vocab_size = tokenizer_->vocab_size();
    config.model.mask_token = tokenizer_->mask_id();
    return config;
}

void Tour::train(Objective objective, const std::string& stage, const std::string& title) {
    if (is_done(stage)) return;
    const auto start = Clock::now();
    const RunConfig config = config_of(objective);
    const fs::path folder = folder_ / stage;
    if (!fs::exists(folder / "config.json")) start_run(folder, config, *tokenizer_);
    require(config_json(load_config(folder)) == config_json(config),
            "{}: expected a run with the options of the tour, got another", folder.string());
    const auto source = make_source(config, {}, *tokenizer_);
    CpuTransformer model = train_in_folder(folder, config, *source, title);
    const LikelihoodReport likelihood = evaluate_likelihood(model, config, *source, {});
    const DecodingReport decoding =
        evaluate_decoding(model, config, *tokenizer_, options_.tasks, 64, {});
    const Likelihood& bound = likelihood.nelbo ? *likelihood.nelbo : *likelihood.left_to_right;
    Json row = row_of(stage, bound.nats_per_token, decoding, seconds_since(start));
    row["likelihood"] = to_json(likelihood);
    row["decoding"] = to_json(decoding);
    add_row(std::move(row));
}

// The same model in a fixed number of steps, each revealing the same number of tokens: what the
// threshold is worth.
void Tour::decode_in_fixed_steps() {
    if (is_done("stage_1_fixed_steps")) return;
    const auto start = Clock::now();
    LoadedRun run = load_run(folder_ / "stage_1");
    DenoiseOptions options;
    options.rule = RevealRule::count;
    options.steps = 16;
    const DecodingReport decoding =
        evaluate_decoding(run.model, run.config, run.tokenizer, options_.tasks, 64, options);
    Json row = row_of("stage_1_fixed_steps", nullptr, decoding, seconds_since(start));
    row["decoding"] = to_json(decoding);
    add_row(std::move(row));
}

void Tour::show_one_sample() {
    LoadedRun run = load_run(folder_ / "stage_1");
    const RandomKey key = RandomKey{options_.config.seed}.fork("sample");
    const Task task = generate_task(TaskFamily::generation, Split::held_out, key, 0);
    fmt::print("\nA program that was never trained on, denoised step by step:\n\n");
    decode_prompt(run, task.prompt, {}, true, 400, nullptr);
}

void Tour::run() {
    open();
    make_tokenizer();
    train(Objective::diffusion, "stage_1", "stage 1: masks");
    decode_in_fixed_steps();
    train(Objective::autoregressive, "autoregressive", "baseline");
    show_one_sample();
    fmt::print("\n{}", tour_table(report_["rows"]));
}

}  // namespace

std::string tour_table(const Json& rows) {
    std::vector<TableRow> cells;
    const auto cell = [](const Json& row, const char* name, int digits) {
        return row[name].is_null() ? "-" : fmt::format("{:.{}f}", row[name].get<double>(), digits);
    };
    for (const Json& row : rows) {
        cells.push_back({row["stage"].get<std::string>(), cell(row, "nelbo_nats_per_token", 3),
                         cell(row, "pass_at_1", 3), cell(row, "calls_per_sample", 1),
                         cell(row, "tokens_per_call", 1), cell(row, "tokens_per_second", 0),
                         cell(row, "seconds", 0)});
    }
    return format_table(
        {"stage", "NELBO nats/token", "pass@1", "calls", "tokens/call", "tokens/s", "seconds"},
        cells);
}

void run_tour(const TourOptions& options) { Tour(options).run(); }

}  // namespace seed
