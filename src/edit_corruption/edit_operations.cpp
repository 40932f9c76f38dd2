#include "edit_corruption/edit_operations.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "edit_corruption/edit_draws.h"

namespace seed {
namespace {

void check_canvas(std::span<const std::int32_t> x0, Index prompt_length, const EditVocabulary& v) {
    require(prompt_length >= 0 && prompt_length <= Index(x0.size()),
            "edit corruption: expected a prompt within the canvas of {} tokens, got {}", x0.size(),
            prompt_length);
    for (std::int32_t token : x0) {
        require(token >= 0 && token < v.size, "edit corruption: expected tokens in [0, {}), got {}",
                v.size, token);
    }
}

}  // namespace

void check_edit_vocabulary(const EditVocabulary& v) {
    std::array<std::int32_t, 3> special{v.mask, v.eos, v.pad};
    for (std::int32_t token : special) {
        require(token >= 0 && token < v.size,
                "edit corruption: expected special tokens in [0, {}), got {}", v.size, token);
    }
    std::sort(special.begin(), special.end());
    const Index distinct = std::unique(special.begin(), special.end()) - special.begin();
    require(v.size - distinct >= 2,
            "edit corruption: expected at least two ordinary tokens, got {} of {}",
            v.size - distinct, v.size);
}

Index content_end(std::span<const std::int32_t> ids, Index prompt_length, const EditVocabulary& v) {
    const auto is_end = [&](std::int32_t token) { return ends_content(token, v); };
    return std::find_if(ids.begin() + prompt_length, ids.end(), is_end) - ids.begin();
}

Index ordinary_length(std::span<const std::int32_t> ids, Index prompt_length,
                      const EditVocabulary& v) {
    return std::count_if(ids.begin() + prompt_length,
                         ids.begin() + content_end(ids, prompt_length, v),
                         [&](std::int32_t token) { return is_ordinary(token, v); });
}

Index edit_count(Index length, double alpha) {
    require(alpha >= 0 && alpha <= 1, "edit corruption: expected alpha in [0, 1], got {}", alpha);
    return Index(std::floor(double(length) * alpha));
}

// [edit_operations.apply]
void apply_edit(std::vector<std::int32_t>& ids, Index prompt_length, const EditOperation& operation,
                std::int32_t eos) {
    const Index position = operation.position;
    require(position >= prompt_length && position < Index(ids.size()),
            "edit operation: expected a position in [{}, {}), got {}", prompt_length, ids.size(),
            position);
    // [exercise apply_edit]
    const auto here = ids.begin() + position;
    switch (operation.kind) {
        case EditKind::insertion:
            std::move_backward(here, ids.end() - 1, ids.end());
            *here = operation.token;
            return;
        case EditKind::deletion:
            std::move(here + 1, ids.end(), here);
            ids.back() = eos;
            return;
        case EditKind::substitution:
            *here = operation.token;
            return;
    }
    // [/exercise apply_edit]
    fail("edit operation: expected a known kind, got {}", int(operation.kind));
}
// [/edit_operations.apply]

// [edit_operations.substituted]
std::vector<Index> substituted_positions(std::span<const EditOperation> operations,
                                         Index prompt_length, Index positions) {
    // The same operations on a canvas of zeros, where every substitution writes a one
    std::vector<std::int32_t> marks(std::size_t(positions), 0);
    for (EditOperation operation : operations) {
        operation.token = operation.kind == EditKind::substitution;
        apply_edit(marks, prompt_length, operation, 0);
    }
    std::vector<Index> substituted;
    for (Index t = 0; t < positions; ++t) {
        if (marks[t] == 1) substituted.push_back(t);
    }
    return substituted;
}
// [/edit_operations.substituted]

// [edit_operations.corrupt]
EditedTokens edit_tokens(std::span<const std::int32_t> x0, Index prompt_length, Index count,
                         const EditVocabulary& vocabulary, RandomKey key) {
    check_edit_vocabulary(vocabulary);
    check_canvas(x0, prompt_length, vocabulary);
    require(count >= 0, "edit corruption: expected a number of edits >= 0, got {}", count);
    EditedTokens edited{{x0.begin(), x0.end()}, {}, 0};
    if (ordinary_length(x0, prompt_length, vocabulary) == 0) return edited;
    const Index room = Index(x0.size()) - prompt_length;
    Index length = content_end(x0, prompt_length, vocabulary) - prompt_length;
    for (Index number = 0; number < count; ++number) {
        const EditOperation operation =
            draw_operation(edited.ids.data(), prompt_length, length, room, vocabulary, key, number);
        if (operation.kind == EditKind::insertion && length == room) ++edited.dropped;
        apply_edit(edited.ids, prompt_length, operation, vocabulary.eos);
        length = length_after(operation.kind, length, room);
        edited.operations.push_back(operation);
    }
    return edited;
}

EditedTokens edit_tokens_up_to(std::span<const std::int32_t> x0, Index prompt_length,
                               double max_alpha, const EditVocabulary& vocabulary, RandomKey key) {
    require(max_alpha >= 0 && max_alpha <= 1,
            "edit corruption: expected a largest alpha in [0, 1], got {}", max_alpha);
    check_canvas(x0, prompt_length, vocabulary);
    const double alpha = max_alpha * uniform_double(key.fork("alpha"), 0, 0);
    const Index count = edit_count(ordinary_length(x0, prompt_length, vocabulary), alpha);
    return edit_tokens(x0, prompt_length, count, vocabulary, key);
}
// [/edit_operations.corrupt]

}  // namespace seed
