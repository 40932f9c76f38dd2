#include "app/bench_levenshtein.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/writable_file.h"
#include "core/json.h"
#include "core/progress.h"
#include "core/safetensors.h"
#include "core/table.h"
#include "edit_corruption/edit_operations.h"
#include "edit_corruption/levenshtein_myers.h"

namespace seed {
namespace {

struct LevenshteinBenchArguments {
    std::string json, pairs;
    Index rounds = 5;
    std::uint64_t seed = 1;
};

using Sequence = std::vector<std::int32_t>;

struct PairSet {
    Index length, alphabet;
    bool related;
    std::vector<Sequence> a, b;

    std::string name() const {
        return fmt::format("{}.{}.{}", length, alphabet, related ? "related" : "unrelated");
    }
};

struct LevenshteinVariant {
    const char* name;
    Index (*distance)(Tokens, Tokens);
};

constexpr LevenshteinVariant variants[] = {{"wagner_fischer", levenshtein_wagner_fischer},
                                           {"anti_diagonal", levenshtein_anti_diagonal},
                                           {"myers", levenshtein_myers}};

Sequence random_sequence(Index length, Index alphabet, RandomKey key) {
    Sequence tokens;
    for (Index i = 0; i < length; ++i) {
        const double u = uniform_double(key, std::uint64_t(i), 0);
        tokens.push_back(std::int32_t(u * double(alphabet)));
    }
    return tokens;
}

// As edit corruption makes it, on a canvas that is long enough for any number of insertions.
Sequence edited(const Sequence& a, Index alphabet, RandomKey key) {
    const std::int32_t eos = std::int32_t(alphabet);
    const EditVocabulary vocabulary{alphabet + 1, eos, eos, eos};
    Sequence canvas = a;
    canvas.resize(2 * a.size(), eos);
    const Index edits = edit_count(Index(a.size()), 0.1);
    Sequence b = edit_tokens(canvas, 0, edits, vocabulary, key).ids;
    b.resize(std::size_t(content_end(b, 0, vocabulary)));
    return b;
}

PairSet make_pairs(Index length, Index alphabet, bool related, RandomKey key) {
    PairSet pairs{length, alphabet, related, {}, {}};
    const RandomKey set_key = key.fork(pairs.name());
    for (Index p = 0; p < 32768 / length; ++p) {
        const RandomKey pair_key = set_key.fork(std::uint64_t(p));
        pairs.a.push_back(random_sequence(length, alphabet, pair_key.fork("a")));
        pairs.b.push_back(related ? edited(pairs.a.back(), alphabet, pair_key.fork("edits"))
                                  : random_sequence(length, alphabet, pair_key.fork("b")));
    }
    return pairs;
}

// Goes through the pairs until 20 ms of processor time have passed; the best round counts.
double pairs_per_second(const PairSet& pairs, const LevenshteinVariant& variant, Index rounds) {
    double best = 0;
    for (Index round = 0; round < rounds; ++round) {
        const std::clock_t start = std::clock();
        double seconds = 0, done = 0;
        while (seconds < 0.02) {
            for (std::size_t p = 0; p < pairs.a.size(); ++p) {
                require(variant.distance(pairs.a[p], pairs.b[p]) <= 2 * pairs.length,
                        "bench levenshtein: expected a distance, got more than both lengths");
            }
            done += double(pairs.a.size());
            seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
        }
        best = std::max(best, done / seconds);
    }
    return best;
}

void add_arrays(Safetensors& file, const PairSet& pairs) {
    const std::int64_t count = std::int64_t(pairs.a.size()), length = pairs.length;
    Sequence a, b, distances;
    for (std::size_t p = 0; p < pairs.a.size(); ++p) {
        a.insert(a.end(), pairs.a[p].begin(), pairs.a[p].end());
        b.insert(b.end(), pairs.b[p].begin(), pairs.b[p].end());
        b.resize((p + 1) * std::size_t(2 * length), -1);
        distances.push_back(std::int32_t(levenshtein(pairs.a[p], pairs.b[p])));
    }
    const auto add = [&](const char* name, const Sequence& values,
                         std::vector<std::int64_t> shape) {
        file.tensors[pairs.name() + name] =
            Tensor::from(std::span<const std::int32_t>(values), std::move(shape));
    };
    add(".a", a, {count, length});
    add(".b", b, {count, 2 * length});
    add(".distances", distances, {count});
}

void bench_levenshtein(const LevenshteinBenchArguments& arguments) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    std::vector<TableRow> table;
    Safetensors file;
    const std::array<Index, 4> lengths = {16, 64, 256, 1024};
    const std::array<std::pair<Index, bool>, 4> kinds = {
        {{4, false}, {4, true}, {512, false}, {512, true}}};
    Progress progress("distances", Index(lengths.size() * kinds.size()), stderr, patience);
    for (const Index length : lengths) {
        for (const auto& [alphabet, related] : kinds) {
            const PairSet pairs = make_pairs(length, alphabet, related, RandomKey{arguments.seed});
            table.push_back(
                {fmt::format("{}", length), fmt::format("{}", alphabet), related ? "yes" : "no"});
            for (const LevenshteinVariant& variant : variants) {
                const double speed = pairs_per_second(pairs, variant, arguments.rounds);
                table.back().push_back(fmt::format("{:.0f}", speed));
                rows.push_back({{"length", length},
                                {"alphabet", alphabet},
                                {"related", related},
                                {"pairs", pairs.a.size()},
                                {"variant", variant.name},
                                {"pairs_per_second", speed}});
            }
            if (!arguments.pairs.empty()) add_arrays(file, pairs);
            progress.update(Index(table.size()));
        }
    }
    progress.finish();
    fmt::print(
        "pairs per second on one core, best of {} rounds\n{}", arguments.rounds,
        format_table({"length", "alphabet", "related", "Wagner-Fischer", "anti-diagonal", "Myers"},
                     table));
    if (!arguments.pairs.empty()) write_safetensors(arguments.pairs, file);
    if (!arguments.json.empty()) {
        write_json(arguments.json, {{"rounds", arguments.rounds}, {"rows", std::move(rows)}});
    }
}

}  // namespace

void add_bench_levenshtein(CLI::App& bench) {
    CLI::App* command = bench.add_subcommand("levenshtein", "Levenshtein distances, every way");
    auto a = std::make_shared<LevenshteinBenchArguments>();
    command->add_option("--rounds", a->rounds, "the best of so many is printed")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    command->add_option("--seed", a->seed, "of the pairs")
        ->capture_default_str();
    command->add_option("--json", a->json, "write the figures as JSON")->check(writable_file());
    command->add_option("--pairs", a->pairs, "write the pairs and distances as safetensors")
        ->check(writable_file());
    command->callback([a] { bench_levenshtein(*a); });
}

}  // namespace seed
