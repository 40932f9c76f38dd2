// Folders and files that a user names, in whatever way.
#pragma once

#include <filesystem>
#include <string>

namespace seed {

// Does the report lie in the run's own folder, which may not be there yet?
bool belongs_to_run(const std::filesystem::path& report, const std::filesystem::path& run);

// Throws Error for a run inside its corpus: its files would change the corpus under it, and a
// resumed run would refuse it.
void require_outside(const std::filesystem::path& folder, const std::filesystem::path& corpus);

// The corpus as config.json keeps it: the absolute path, because a resumed run may be started
// somewhere else. Throws Error where that is not UTF-8: JSON holds nothing else.
std::string corpus_place(const std::string& folder);

// Throws Error where a report, which the option names, is to be written over what is read. No name
// means no report.
void require_other_file(const std::filesystem::path& report, const std::filesystem::path& input,
                        const char* option = "--json");

// Throws Error where two reports would be one file. "/dev/stdout" takes any number of them.
void require_apart(const std::filesystem::path& report, const std::filesystem::path& other);

}  // namespace seed
