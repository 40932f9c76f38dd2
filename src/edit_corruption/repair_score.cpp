#include "edit_corruption/repair_score_impl.h"

namespace seed {
namespace {

double share(Index part, Index whole) { return whole > 0 ? double(part) / double(whole) : 0; }

// [repair_score.count]
void add_text(RepairScore& score, const Canvas& clean, const std::vector<std::int32_t>& corrupted,
              const std::vector<std::int32_t>& repaired) {
    bool exact = true;
    for (Index i = clean.prompt_length; i < Index(clean.ids.size()); ++i) {
        const bool in_content = i < clean.content_length;
        const bool was_right = corrupted[i] == clean.ids[i], is_right = repaired[i] == clean.ids[i];
        score.corrupted += !was_right;
        score.restored += !was_right && is_right;
        score.right += was_right && in_content;
        score.false_edits += was_right && in_content && !is_right;
        exact = exact && (is_right || !in_content);
    }
    score.exact += exact;
    ++score.texts;
}
// [/repair_score.count]

}  // namespace

void require_canvas_count(std::size_t actual, std::size_t expected, const char* name) {
    require(actual == expected, "repair: expected {} {}, one for each canvas, got {}", expected,
            name, actual);
}

double RepairScore::restore_rate() const { return share(restored, corrupted); }
double RepairScore::false_edit_rate() const { return share(false_edits, right); }
double RepairScore::exact_rate() const { return share(exact, texts); }

RepairScore score_repair(const std::vector<Canvas>& clean,
                         const std::vector<std::vector<std::int32_t>>& corrupted,
                         const std::vector<std::vector<std::int32_t>>& repaired) {
    require_canvas_count(corrupted.size(), clean.size(), "corrupted texts");
    require_canvas_count(repaired.size(), clean.size(), "repaired texts");
    RepairScore score;
    for (std::size_t s = 0; s < clean.size(); ++s) {
        const std::size_t positions = clean[s].ids.size();
        require(corrupted[s].size() == positions && repaired[s].size() == positions,
                "repair: expected texts of {} tokens, got {} and {}", positions,
                corrupted[s].size(), repaired[s].size());
        add_text(score, clean[s], corrupted[s], repaired[s]);
    }
    return score;
}

std::vector<std::vector<std::int32_t>> edit_canvases(const std::vector<Canvas>& clean,
                                                     const std::vector<Index>& edits,
                                                     const EditVocabulary& vocabulary,
                                                     RandomKey key) {
    require_canvas_count(edits.size(), clean.size(), "numbers of edits");
    std::vector<std::vector<std::int32_t>> corrupted;
    for (std::size_t s = 0; s < clean.size(); ++s) {
        corrupted.push_back(edit_tokens(clean[s].ids, clean[s].prompt_length, edits[s], vocabulary,
                                        key.fork(std::uint64_t(s)))
                                .ids);
    }
    return corrupted;
}

std::vector<Index> edit_counts(const std::vector<Canvas>& clean, double alpha,
                               const EditVocabulary& vocabulary) {
    std::vector<Index> counts;
    for (const Canvas& canvas : clean) {
        const Index length = ordinary_length(canvas.ids, canvas.prompt_length, vocabulary);
        counts.push_back(edit_count(length, alpha));
    }
    return counts;
}

}  // namespace seed
