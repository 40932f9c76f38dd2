#include "app/places.h"

#include <algorithm>

#include "core/require.h"
#include "core/text.h"
#include "tokenizer/corpus.h"

namespace seed {
namespace fs = std::filesystem;
namespace {

// One name for a place, whether it is there or not: absolute, without links, no "/" at its end.
fs::path place_of(const fs::path& path) {
    const fs::path place = fs::weakly_canonical(fs::absolute(path));
    return place.has_filename() ? place : place.parent_path();
}

}  // namespace

bool belongs_to_run(const fs::path& report, const fs::path& run) {
    return place_of(report).parent_path() == place_of(run);
}

void require_outside(const fs::path& folder, const fs::path& corpus) {
    const fs::path inside = place_of(corpus), path = place_of(folder);
    const auto [end, other] = std::mismatch(inside.begin(), inside.end(), path.begin(), path.end());
    require(end != inside.end(), "--out: expected a folder outside of the corpus {}, got {}",
            corpus.string(), folder.string());
}

std::string corpus_place(const std::string& folder) {
    const std::string place = fs::absolute(folder).string();
    require(is_text(place), "--corpus: expected a path in UTF-8, got {}", in_quotes(place));
    return place;
}

void require_other_file(const fs::path& report, const fs::path& input, const char* option) {
    std::error_code none;  // what does not exist is not read
    require(report.empty() || !fs::equivalent(report, input, none),
            "{}: expected another file than {}, which is read", option, input.string());
}

void require_apart(const fs::path& report, const fs::path& other) {
    std::error_code none;  // what does not exist is no device
    if (report.empty() || other.empty() || fs::is_character_file(report, none)) return;
    require(place_of(report) != place_of(other), "expected two files, got {} twice",
            report.string());
}

}  // namespace seed
