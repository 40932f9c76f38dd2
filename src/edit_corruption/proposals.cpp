#include "edit_corruption/proposals.h"

#include <limits>

namespace seed {

Substitutions substitutions_from(std::string_view name) {
    if (name == "uniform") return Substitutions::uniform;
    require(name == "model", "substitutions: expected uniform or model, got {}", name);
    return Substitutions::model;
}

std::string_view substitutions_name(Substitutions substitutions) {
    return substitutions == Substitutions::uniform ? "uniform" : "model";
}

namespace {

// [proposals.sample]
template <class T>
std::vector<std::int32_t> sample_ordinary_of(HostView<const T> logits, std::span<const Index> rows,
                                             Index positions, const EditVocabulary& vocabulary,
                                             RandomKey key) {
    require(Index(rows.size()) == logits.rows, "proposals: expected logits of {} rows, got {}",
            rows.size(), logits.rows);
    std::vector<std::int32_t> tokens;
    for (Index m = 0; m < logits.rows; ++m) {
        std::vector<double> log_p = log_softmax(logits.row_range(m, 1));  // (1, V)
        for (const std::int32_t special : {vocabulary.mask, vocabulary.eos, vocabulary.pad}) {
            log_p[special] = -std::numeric_limits<double>::infinity();
        }
        const Index b = rows[m] / positions, t = rows[m] % positions;
        tokens.push_back(
            choose_token(log_p, 1, key.fork(std::uint64_t(b)), std::uint64_t(t)).token);
    }
    return tokens;
}
// [/proposals.sample]

}  // namespace

std::vector<std::int32_t> sample_ordinary(HostView<const float> logits, std::span<const Index> rows,
                                          Index positions, const EditVocabulary& vocabulary,
                                          RandomKey key) {
    return sample_ordinary_of(logits, rows, positions, vocabulary, key);
}

std::vector<std::int32_t> sample_ordinary(HostView<const double> logits,
                                          std::span<const Index> rows, Index positions,
                                          const EditVocabulary& vocabulary, RandomKey key) {
    return sample_ordinary_of(logits, rows, positions, vocabulary, key);
}

// [proposals.substitute]
void substitute(TokenBatch& batch, std::span<const Index> rows, std::int32_t mask_token,
                const Proposals& proposals, RandomKey key) {
    require(bool(proposals), "substitutions: expected a model to make them, got none");
    if (rows.empty()) return;
    for (const Index row : rows) batch.ids[row] = mask_token;
    const std::vector<std::int32_t> tokens = proposals(batch, rows, key);
    require(tokens.size() == rows.size(), "substitutions: expected {} proposals, got {}",
            rows.size(), tokens.size());
    for (std::size_t m = 0; m < tokens.size(); ++m) batch.ids[rows[m]] = tokens[m];
}
// [/proposals.substitute]

}  // namespace seed
