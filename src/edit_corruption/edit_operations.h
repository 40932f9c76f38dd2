// Edit corruption (Seed Diffusion, eqs. 3 and 4): x0 becomes xt by k edit operations in sequence.
//
//   k = floor(|x0| alpha),  alpha ~ U[0, 0.1]
//
// |x0| is the number of ordinary tokens behind the prompt and before the first eos: the completion
// without its end. Each operation is an insertion, a deletion or a substitution, equally likely, at
// a uniform position of what the operations before it have left; a new token is uniform over the
// ordinary tokens, and a substitution never picks the token that it replaces.
//
//   canvas          p p | a b c . . .     p: prompt, .: eos
//   insertion       p p | a x b c . .     the rest moves right, the last slot is dropped
//   deletion        p p | a c . . . .     the rest moves left, an eos comes in
//   substitution    p p | a x c . . .
//
// The Levenshtein distance of the two contents never exceeds k, unless a content is so long that an
// insertion pushes tokens of it over the end of the canvas: each of these may add one.
#pragma once

#include <span>
#include <vector>

#include "core/array.h"
#include "core/philox.h"

namespace seed {

// Tokens 0 ... size - 1. All but the three special ones are ordinary; two of them may be equal.
struct EditVocabulary {
    Index size = 0;
    std::int32_t mask = 0, eos = 0, pad = 0;
};

// Throws Error for special tokens outside the vocabulary and for fewer than two ordinary tokens.
void check_edit_vocabulary(const EditVocabulary& vocabulary);

enum class EditKind : std::int32_t { insertion, deletion, substitution };

struct EditOperation {
    EditKind kind = EditKind::substitution;
    Index position = 0;             // on the canvas; an insertion puts its token there
    std::int32_t token = no_token;  // the new one

    static constexpr std::int32_t no_token = -1;
    bool operator==(const EditOperation&) const = default;
};

struct EditedTokens {
    std::vector<std::int32_t> ids;          // (T)
    std::vector<EditOperation> operations;  // (k), in the order in which they were applied
    Index dropped = 0;  // tokens of the content that insertions pushed over the canvas's end
};

// Where the content behind the prompt ends: the position of the first eos or pad, else T.
Index content_end(std::span<const std::int32_t> ids, Index prompt_length,
                  const EditVocabulary& vocabulary);

// |x0|; a mask on the canvas does not count.
Index ordinary_length(std::span<const std::int32_t> ids, Index prompt_length,
                      const EditVocabulary& vocabulary);

// k = floor(length * alpha), the product in double. Throws Error unless alpha is in [0, 1].
Index edit_count(Index length, double alpha);

// Where the token of a substitution stands when all operations have been applied to a canvas of
// `positions` tokens, ascending: later operations may have moved it, deleted it or put another
// token in its place.
std::vector<Index> substituted_positions(std::span<const EditOperation> operations,
                                         Index prompt_length, Index positions);

// Applies one operation. Throws Error where its position lies in the prompt or off the canvas.
void apply_edit(std::vector<std::int32_t>& ids, Index prompt_length, const EditOperation& operation,
                std::int32_t eos);

// Applies `count` random operations. A content without ordinary tokens (an empty program, or
// nothing but special tokens) is returned as it is; a content that runs out of tokens on the way
// gets an insertion next. Throws Error for a count < 0, a prompt longer than the canvas, a token
// outside the vocabulary, or a vocabulary with fewer than two ordinary tokens.
EditedTokens edit_tokens(std::span<const std::int32_t> x0, Index prompt_length, Index count,
                         const EditVocabulary& vocabulary, RandomKey key);

// The same with k operations for an alpha drawn from U[0, max_alpha]. Throws Error unless max_alpha
// is in [0, 1].
EditedTokens edit_tokens_up_to(std::span<const std::int32_t> x0, Index prompt_length,
                               double max_alpha, const EditVocabulary& vocabulary, RandomKey key);

}  // namespace seed
