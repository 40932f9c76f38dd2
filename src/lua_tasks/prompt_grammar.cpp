#include "lua_tasks/prompt_grammar.h"

#include <fmt/format.h>

#include "lua_tasks/grammar.h"
#include "lua_tasks/render.h"
#include "lua_tasks/space.h"

namespace seed {
namespace {

constexpr std::string_view comment = "-- ";
constexpr Source folds[] = {Source::each, Source::every_second, Source::later, Source::range,
                            Source::characters};

// The text before and behind the first `separator`; the whole text where there is none.
std::pair<std::string_view, std::optional<std::string_view>> split(std::string_view text,
                                                                   std::string_view separator) {
    const std::size_t at = text.find(separator);
    if (at == text.npos) return {text, {}};
    return {text.substr(0, at), text.substr(at + separator.size())};
}

std::optional<Predicate> parse_predicate(std::string_view text, Source source) {
    for (const PredicateKind kind : predicates_for(source)) {
        const Word& word = word_of(kind);
        for (int c = word.low; c <= word.high; ++c) {
            const std::string constant = constant_text(kind, c);
            if (fill(word.phrase, {{"{c}", constant}}) == text) return Predicate{kind, c};
        }
    }
    return {};
}

std::optional<Filter> parse_filter(std::string_view text, Source source) {
    if (const auto one = parse_predicate(text, source)) return Filter{Join::one, *one, {}};
    for (const auto& [join, word] : {std::pair{Join::both, " and "}, {Join::either, " or "}}) {
        const auto [left, right] = split(text, word);
        if (!right) continue;
        const auto first = parse_predicate(left, source), second = parse_predicate(*right, source);
        if (first && second) return Filter{join, *first, *second};
    }
    return {};
}

std::optional<Map> parse_map(std::string_view text, Source source) {
    for (const MapKind kind : maps_for(source)) {
        const Word& word = word_of(kind);
        for (int c = word.low; c <= word.high; ++c) {
            if (map_phrase({kind, c}) == text) return Map{kind, c};
        }
    }
    return {};
}

std::optional<Composition> parse_branch(std::string_view text) {
    const auto [head, tail] = split(text, ": ");
    if (!tail || !head.starts_with("if ")) return {};
    const auto [map, otherwise] = split(*tail, ", else ");
    if (!otherwise) return {};
    const auto filter = parse_filter(head.substr(3), Source::branch);
    const auto first = parse_map(map, Source::branch);
    const auto second = parse_map(*otherwise, Source::branch);
    if (!filter || !first || !second) return {};
    return Composition{Source::branch, *filter, *first, *second, Reduction::sum};
}

// A fold without its map.
std::optional<Composition> parse_fold_head(std::string_view text) {
    const auto [head, filter] = split(text, " if ");
    for (const Source source : folds) {
        for (const Reduction reduction : reductions_for(source)) {
            Composition c{source, {}, {}, {}, reduction};
            if (fold_phrase(c) != head) continue;
            if (!filter) return c;
            const auto parsed = parse_filter(*filter, source);
            if (!parsed) return {};
            c.filter = *parsed;
            return c;
        }
    }
    return {};
}

std::optional<Composition> parse_fold(std::string_view text) {
    const auto [head, map] = split(text, ": ");
    auto c = parse_fold_head(head);
    if (!c || !map) return c;
    const auto parsed = parse_map(*map, c->source);
    if (!parsed) return {};
    c->map = *parsed;
    return c;
}

// "FOLD" or "FOLD and FOLD", where a filter may have an " and " as well
bool parse_last_folds(std::string_view text, LongProgram& p) {
    if (const auto fold = parse_fold(text)) {
        p.second = *fold;
        return true;
    }
    for (std::size_t at = text.find(" and "); at != text.npos; at = text.find(" and ", at + 1)) {
        const auto second = parse_fold(text.substr(0, at)), third = parse_fold(text.substr(at + 5));
        if (!second || !third) continue;
        p.shape = LongShape::two_results, p.second = *second, p.third = *third;
        return true;
    }
    return false;
}

std::optional<LongProgram> parse_long(std::string_view text) {
    LongProgram p;
    const auto [first, rest] = split(text, "; then ");
    if (!rest) return {};
    if (first.starts_with("helper: ")) {
        const auto [branch, head] = split(first.substr(8), "; ");
        const auto third = parse_branch(branch);
        if (!third || !head || !head->ends_with(": helper")) return {};
        const auto fold = parse_fold_head(head->substr(0, head->size() - 8));
        const auto second = parse_fold(*rest);
        if (!fold || !second) return {};
        return LongProgram{LongShape::helper, *fold, *second, *third};
    }
    const auto fold = parse_fold(first);
    if (!fold || !parse_last_folds(*rest, p)) return {};
    p.first = *fold;
    return p;
}

// Without "-- " and the line end; nothing where these are missing.
std::optional<std::string_view> content_of(std::string_view prompt) {
    if (!prompt.starts_with(comment) || !prompt.ends_with('\n')) return {};
    return prompt.substr(comment.size(), prompt.size() - comment.size() - 1);
}

}  // namespace

std::optional<Composition> parse_prompt(std::string_view prompt) {
    const auto content = content_of(prompt);
    if (!content) return {};
    const auto c = content->starts_with("if ") ? parse_branch(*content) : parse_fold(*content);
    // What was read too generously does not come out as it went in
    return c && is_valid(*c) && render_prompt(*c) == prompt ? c : std::nullopt;
}

std::optional<LongProgram> parse_long_prompt(std::string_view prompt) {
    const auto content = content_of(prompt);
    if (!content) return {};
    const auto p = parse_long(*content);
    return p && is_valid(*p) && render_prompt(*p) == prompt ? p : std::nullopt;
}

}  // namespace seed
