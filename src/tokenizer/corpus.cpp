#include "tokenizer/corpus.h"

#include <algorithm>
#include <optional>
#include <system_error>

#include "core/files.h"
#include "core/progress.h"
#include "core/require.h"
#include "core/text.h"
#include "tokenizer/pre_tokenizer.h"

namespace seed {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> sorted_files(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    const auto options = fs::directory_options::skip_permission_denied;
    fs::recursive_directory_iterator entry(folder, options, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (entry->path().filename().native().starts_with('.')) {
            entry.disable_recursion_pending();
            continue;
        }
        std::error_code unknown;  // a link to nowhere is not a regular file
        if (entry->is_regular_file(unknown)) files.push_back(entry->path());
    }
    require(!error, "corpus {}: expected a readable folder, got: {}", folder.string(),
            error.message());
    std::sort(files.begin(), files.end());
    return files;
}

std::optional<std::string> try_to_read(const fs::path& path) {
    try {
        return read_file(path);
    } catch (const Error&) {
        return std::nullopt;  // counted by the caller
    }
}

bool passes_limit(const fs::path& path, std::size_t read_so_far, std::size_t max_bytes) {
    std::error_code unknown;
    const std::uintmax_t size = fs::file_size(path, unknown);
    return !unknown && size > max_bytes - read_so_far;
}

}  // namespace

bool is_text(std::string_view bytes) {
    return bytes.find('\0') == bytes.npos && valid_utf8_prefix(bytes) == bytes.size();
}

std::size_t Corpus::bytes() const {
    std::size_t sum = 0;
    for (const std::string& text : texts) sum += text.size();
    return sum;
}

Corpus read_corpus(const fs::path& folder, std::size_t max_bytes) {
    require(fs::is_directory(folder), "corpus {}: expected a folder, found none", folder.string());
    const std::vector<fs::path> files = sorted_files(folder);
    require(!files.empty(),
            "corpus {}: expected text files, the folder is empty (hidden files aside)",
            folder.string());

    Corpus corpus;
    std::size_t bytes = 0;
    Progress progress("read the corpus", std::int64_t(files.size()), stderr, patience);
    for (const fs::path& path : files) {
        // Look at the size first: a file that is too large is not even read
        if (passes_limit(path, bytes, max_bytes)) break;
        progress.update(&path - files.data());
        std::optional<std::string> text = try_to_read(path);
        if (!text) {
            ++corpus.skipped_unreadable;
        } else if (!is_text(*text)) {
            ++corpus.skipped_binary;
        } else {
            bytes += text->size();
            corpus.texts.push_back(plain_text(*text));
            corpus.paths.push_back(path);
        }
    }
    progress.finish();
    const std::string limit =
        max_bytes == unlimited_bytes ? "" : fmt::format(" (at most {} bytes)", max_bytes);
    require(bytes > 0, "corpus {}: expected text{}, got {} files: {} binary, {} unreadable",
            folder.string(), limit, files.size(), corpus.skipped_binary,
            corpus.skipped_unreadable);
    return corpus;
}

}  // namespace seed
