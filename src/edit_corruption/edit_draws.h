// The random choices of edit corruption. Host and device make them by the same functions, so equal
// keys give equal edits on both.
#pragma once

#include "core/host_device.h"
#include "edit_corruption/edit_operations.h"

namespace seed {

SEED_HOST_DEVICE constexpr bool ends_content(std::int32_t token, const EditVocabulary& v) {
    return token == v.eos || token == v.pad;
}

SEED_HOST_DEVICE constexpr bool is_ordinary(std::int32_t token, const EditVocabulary& v) {
    return token != v.mask && !ends_content(token, v);
}

// [edit_draws.draw]
// A whole number in {0 ... limit - 1}; column tells the draws of one operation apart.
SEED_HOST_DEVICE constexpr Index draw_below(Index limit, RandomKey key, Index operation,
                                            std::uint32_t column) {
    return Index(uniform_double(key, std::uint64_t(operation), column) * double(limit));
}

// The smallest of the special tokens and `excluded` that is larger than `token`; v.size if none is.
SEED_HOST_DEVICE constexpr std::int32_t next_forbidden(std::int32_t token, std::int32_t excluded,
                                                       const EditVocabulary& v) {
    std::int32_t next = std::int32_t(v.size);
    for (const std::int32_t f : {v.mask, v.eos, v.pad, excluded}) {
        if (f > token && f < next) next = f;
    }
    return next;
}

// A uniform token that is neither special nor `excluded` (a special token excludes nothing more).
SEED_HOST_DEVICE constexpr std::int32_t draw_token(std::int32_t excluded, const EditVocabulary& v,
                                                   RandomKey key, Index operation) {
    Index allowed = v.size;
    std::int32_t forbidden = next_forbidden(-1, excluded, v);
    for (; forbidden < v.size; forbidden = next_forbidden(forbidden, excluded, v)) --allowed;
    std::int32_t token = std::int32_t(draw_below(allowed, key, operation, 2));
    // Step over every forbidden token on the way
    forbidden = next_forbidden(-1, excluded, v);
    for (; forbidden <= token; forbidden = next_forbidden(forbidden, excluded, v)) ++token;
    return token;
}

// Operation `number` of a canvas ids (T) on which `length` tokens of content are left behind the
// prompt and `room` slots.
SEED_HOST_DEVICE constexpr EditOperation draw_operation(const std::int32_t* ids,
                                                        Index prompt_length, Index length,
                                                        Index room, const EditVocabulary& v,
                                                        RandomKey key, Index number) {
    EditOperation operation;
    operation.kind = length == 0 ? EditKind::insertion : EditKind(draw_below(3, key, number, 0));
    const bool inserts = operation.kind == EditKind::insertion;
    // An insertion has a place before each token, and one behind the last where there is room
    const Index places = inserts && length < room ? length + 1 : length;
    operation.position = prompt_length + draw_below(places, key, number, 1);
    if (inserts) {
        operation.token = draw_token(v.eos, v, key, number);
    } else if (operation.kind == EditKind::substitution) {
        operation.token = draw_token(ids[operation.position], v, key, number);
    }
    return operation;
}

// The length of the content after an operation: what an insertion pushes over the end is lost.
SEED_HOST_DEVICE constexpr Index length_after(EditKind kind, Index length, Index room) {
    if (kind == EditKind::insertion) return length < room ? length + 1 : room;
    return kind == EditKind::deletion ? length - 1 : length;
}
// [/edit_draws.draw]

}  // namespace seed
