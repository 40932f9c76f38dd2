// Chapter 4.
#include "edit_corruption/edit_operations.h"
#include "tests/exercises/code_check.h"

namespace seed {
namespace {

using Tokens = std::vector<std::int32_t>;
using Apply = void(Tokens&, Index, const EditOperation&, std::int32_t);

constexpr std::int32_t eos = 9;

const char* name_of(EditKind kind) {
    return kind == EditKind::insertion  ? "insertion"
           : kind == EditKind::deletion ? "deletion"
                                        : "substitution";
}

std::int32_t expected_at(const Tokens& before, const EditOperation& o, std::size_t i) {
    const auto position = std::size_t(o.position);
    if (i < position) return before[i];
    if (i == position && o.kind != EditKind::deletion) return o.token;
    if (o.kind == EditKind::substitution) return before[i];
    if (o.kind == EditKind::insertion) return before[i - 1];
    return i + 1 == before.size() ? eos : before[i + 1];
}

// Every operation at every position of small canvases
void check_apply_edit(const Student<Apply>& apply, RandomKey key) {
    RandomStream stream(key, 0);
    constexpr Index prompt = 2;
    for (const std::size_t size : {3u, 4u, 8u}) {
        Tokens before;
        for (std::size_t i = 0; i < size; ++i)
            before.push_back(10 + std::int32_t(stream.below(90)));
        for (const EditKind kind :
             {EditKind::substitution, EditKind::insertion, EditKind::deletion}) {
            for (Index position = prompt; position < Index(size); ++position) {
                const EditOperation o{kind, position, 7};
                const Tokens got = apply.with([&](Apply* function) {
                    Tokens ids = before;
                    function(ids, prompt, o, eos);
                    return ids;
                });
                Tokens expected;
                for (std::size_t i = 0; i < size; ++i)
                    expected.push_back(expected_at(before, o, i));
                require(got == expected, "{} of 7 at {} of {}, eos {}:\nexpected {}\n     got {}",
                        name_of(kind), position, fmt::join(before, " "), eos,
                        fmt::join(expected, " "), fmt::join(got, " "));
            }
        }
    }
}

const RegisterCodeCheck apply_edit_check{"apply_edit", "&seed::apply_edit", check_apply_edit};

}  // namespace
}  // namespace seed
