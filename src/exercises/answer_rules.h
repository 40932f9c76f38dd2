// What an answer must not do, as far as its text and the linker's table tell it.
#pragma once

#include <filesystem>
#include <string>

namespace seed {

// What no answer needs, and the grader cannot look through: #include, assembly. Throws Error.
void refuse_tricks(const std::string& answer);

// Calls of folder/code.so into other libraries that are not on the list: files, processes, the
// project's own references. Throws Error with the name.
void refuse_calls(const std::filesystem::path& folder, bool is_kernel);

}  // namespace seed
