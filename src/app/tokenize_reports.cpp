#include "app/tokenize_reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/json.h"
#include "core/require.h"
#include "core/shown_loop.h"
#include "tokenizer/byte_alphabet.h"
#include "tokenizer/merge_trace.h"

namespace seed {
namespace {

using Json = nlohmann::ordered_json;

std::string spelling(const Tokenizer& tokenizer, TokenId id) {
    return to_printable(tokenizer.token_text(id));
}

std::vector<std::string> spellings(const Tokenizer& tokenizer, std::span<const TokenId> ids) {
    std::vector<std::string> tokens;
    for (TokenId id : ids) tokens.push_back(spelling(tokenizer, id));
    return tokens;
}

Json json_of(const Tokenizer& tokenizer, const MergeTrace& trace) {
    Json steps = Json::array();
    for (const MergeStep& step : trace.steps) {
        steps.push_back({{"rank", step.rank},
                         {"left", spelling(tokenizer, step.left)},
                         {"right", spelling(tokenizer, step.right)},
                         {"product", spelling(tokenizer, step.product)},
                         {"tokens", spellings(tokenizer, step.tokens)}});
    }
    return {{"vocab_size", tokenizer.vocab_size()},
            {"bytes", spellings(tokenizer, trace.bytes)},
            {"steps", std::move(steps)}};
}

// One row of the compression curve; lengths in tokens.
struct CurveRow {
    int vocab_size;
    std::size_t merges;
    std::int64_t train_tokens, held_out_tokens;
};

std::vector<CurveRow> measure_curve(const Tokenizer& full, std::span<const std::string> train,
                                    std::span<const std::string> held_out) {
    std::vector<CurveRow> rows;
    std::size_t target = base_vocabulary_size;
    while (true) {
        // A prefix of the merges is the tokenizer that a smaller vocabulary size gives
        const std::size_t count = std::min(target - base_vocabulary_size, full.merges().size());
        const auto begin = full.merges().begin();
        const Tokenizer tokenizer = Tokenizer::from_merges({begin, begin + std::ptrdiff_t(count)});
        rows.push_back({tokenizer.vocab_size(), count, count_tokens(tokenizer, train),
                        count_tokens(tokenizer, held_out)});
        if (count == full.merges().size()) return rows;
        target = target == base_vocabulary_size ? 512 : 2 * target;
    }
}

std::size_t total_bytes(std::span<const std::string> texts) {
    return std::accumulate(texts.begin(), texts.end(), std::size_t{0},
                           [](std::size_t sum, const auto& text) { return sum + text.size(); });
}

}  // namespace

std::int64_t count_tokens(const Tokenizer& tokenizer, std::span<const std::string> texts) {
    std::vector<std::int64_t> counts(texts.size());
    shown_parallel_for("count tokens", Index(texts.size()), [&](Index i) {
        counts[i] = std::int64_t(tokenizer.encode(texts[i]).size());
    });
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

void show_merges(const Tokenizer& tokenizer, std::string_view text,
                 const std::filesystem::path& json) {
    constexpr std::size_t max_bytes = 2000;
    require(text.size() <= max_bytes, "text to show: expected at most {} bytes, got {}", max_bytes,
            text.size());
    const MergeTrace trace = trace_merges(tokenizer, text);
    fmt::print("{:>6}  {:<24}  {}\n", "rank", "merge",
               fmt::join(spellings(tokenizer, trace.bytes), " "));
    for (const MergeStep& step : trace.steps) {
        const std::string merge =
            fmt::format("{} + {}", spelling(tokenizer, step.left), spelling(tokenizer, step.right));
        fmt::print("{:>6}  {:<24}  {}\n", step.rank, merge,
                   fmt::join(spellings(tokenizer, step.tokens), " "));
    }
    if (!json.empty()) write_json(json, json_of(tokenizer, trace));
}

void show_compression_curve(const Corpus& corpus, const BpeOptions& options,
                            const std::filesystem::path& json) {
    std::vector<std::string> train, held_out;
    for (std::size_t i = 0; i < corpus.texts.size(); ++i) {
        (i % 10 == 9 ? held_out : train).push_back(corpus.texts[i]);
    }
    const double train_bytes = double(total_bytes(train));
    const double held_out_bytes = double(total_bytes(held_out));

    Json rows = Json::array();
    fmt::print("tokens per byte, {} files to learn from, {} held out\n", train.size(),
               held_out.size());
    fmt::print("{:>10} {:>10} {:>10}\n", "vocabulary", "learned on", "held out");
    for (const CurveRow& row : measure_curve(train_bpe(train, options), train, held_out)) {
        const double train_rate = double(row.train_tokens) / train_bytes;
        const double held_out_rate = double(row.held_out_tokens) / held_out_bytes;
        fmt::print("{:>10} {:>10.4f} {:>10}\n", row.vocab_size, train_rate,
                   held_out.empty() ? "-" : fmt::format("{:.4f}", held_out_rate));
        // A NaN, where nothing is held out, is written as null
        rows.push_back({{"vocab_size", row.vocab_size},
                        {"merges", row.merges},
                        {"train_tokens", row.train_tokens},
                        {"train_tokens_per_byte", train_rate},
                        {"held_out_tokens", row.held_out_tokens},
                        {"held_out_tokens_per_byte", held_out_rate}});
    }
    if (json.empty()) return;
    write_json(json, {{"train_bytes", total_bytes(train)},
                      {"held_out_bytes", total_bytes(held_out)},
                      {"rows", std::move(rows)}});
}

}  // namespace seed
