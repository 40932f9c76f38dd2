// Reads a folder of source files as texts to train on.
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace seed {

struct Corpus {
    std::vector<std::string> texts;
    std::vector<std::filesystem::path> paths;  // of each text
    int skipped_binary = 0;      // files that are not text
    int skipped_unreadable = 0;  // files whose bytes could not be read

    std::size_t bytes() const;
};

// UTF-8 without a NUL byte.
bool is_text(std::string_view bytes);

inline constexpr std::size_t unlimited_bytes = std::numeric_limits<std::size_t>::max();

// All text files in `folder` and the folders in it, in the order of their paths, up to the first
// one with which the texts would pass `max_bytes`, each as plain_text gives it. A link to a file is
// read, a link to a folder is not followed. What is hidden (".git", ".cache") is no source: it
// changes without any of the sources doing so. Throws if there is no such folder, if it holds no
// file, or if no text is left.
Corpus read_corpus(const std::filesystem::path& folder, std::size_t max_bytes = unlimited_bytes);

}  // namespace seed
