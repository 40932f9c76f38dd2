#include "edit_corruption/edit_operations.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace seed {
namespace {

bool is_ordinary(std::int32_t token, const EditVocabulary& v) {
    return token != v.mask && token != v.eos && token != v.pad;
}

void check_vocabulary(const EditVocabulary& v) {
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

void check_canvas(std::span<const std::int32_t> x0, Index prompt_length, const EditVocabulary& v) {
    require(prompt_length >= 0 && prompt_length <= Index(x0.size()),
            "edit corruption: expected a prompt within the canvas of {} tokens, got {}", x0.size(),
            prompt_length);
    for (std::int32_t token : x0) {
        require(token >= 0 && token < v.size, "edit corruption: expected tokens in [0, {}), got {}",
                v.size, token);
    }
}

// [edit_operations.draw]
// A whole number in {0 ... limit - 1}; column tells the draws of one operation apart.
Index draw_below(Index limit, RandomKey key, Index operation, std::uint32_t column) {
    return Index(uniform_double(key, std::uint64_t(operation), column) * double(limit));
}

// A uniform token that is neither special nor `excluded` (a special token excludes nothing more).
std::int32_t draw_token(std::int32_t excluded, const EditVocabulary& v, RandomKey key,
                        Index operation) {
    std::array<std::int32_t, 4> forbidden{v.mask, v.eos, v.pad, excluded};
    std::sort(forbidden.begin(), forbidden.end());
    const auto end = std::unique(forbidden.begin(), forbidden.end());
    const Index allowed = v.size - (end - forbidden.begin());
    // Step over every forbidden token that stands at or before the one drawn
    std::int32_t token = std::int32_t(draw_below(allowed, key, operation, 2));
    for (auto f = forbidden.begin(); f != end; ++f) token += token >= *f;
    return token;
}

// `content` is what the operations before have left of the content: canvas positions
// [prompt_length, prompt_length + length).
EditOperation draw_operation(std::span<const std::int32_t> ids, Index prompt_length, Index length,
                             const EditVocabulary& v, RandomKey key, Index number) {
    EditOperation operation;
    operation.kind = length == 0 ? EditKind::insertion : EditKind(draw_below(3, key, number, 0));
    const bool inserts = operation.kind == EditKind::insertion;
    const Index places = inserts ? length + 1 : length;  // before each token, and behind the last
    const Index room = Index(ids.size()) - prompt_length;
    operation.position = prompt_length + draw_below(std::min(places, room), key, number, 1);
    if (inserts) {
        operation.token = draw_token(v.eos, v, key, number);
    } else if (operation.kind == EditKind::substitution) {
        operation.token = draw_token(ids[operation.position], v, key, number);
    }
    return operation;
}
// [/edit_operations.draw]

}  // namespace

Index content_end(std::span<const std::int32_t> ids, Index prompt_length, const EditVocabulary& v) {
    const auto is_end = [&](std::int32_t token) { return token == v.eos || token == v.pad; };
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
    fail("edit operation: expected a known kind, got {}", int(operation.kind));
}
// [/edit_operations.apply]

// [edit_operations.corrupt]
EditedTokens edit_tokens(std::span<const std::int32_t> x0, Index prompt_length, Index count,
                         const EditVocabulary& vocabulary, RandomKey key) {
    check_vocabulary(vocabulary);
    check_canvas(x0, prompt_length, vocabulary);
    require(count >= 0, "edit corruption: expected a number of edits >= 0, got {}", count);
    EditedTokens edited{{x0.begin(), x0.end()}, {}, 0};
    if (ordinary_length(x0, prompt_length, vocabulary) == 0) return edited;
    const Index room = Index(x0.size()) - prompt_length;
    Index length = content_end(x0, prompt_length, vocabulary) - prompt_length;
    for (Index number = 0; number < count; ++number) {
        const EditOperation operation =
            draw_operation(edited.ids, prompt_length, length, vocabulary, key, number);
        if (operation.kind == EditKind::insertion && length == room) ++edited.dropped;
        apply_edit(edited.ids, prompt_length, operation, vocabulary.eos);
        length += operation.kind == EditKind::insertion;
        length -= operation.kind == EditKind::deletion;
        length = std::min(length, room);
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
