// "Break it": faults that a reader plants in a kernel, to see who notices.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace seed {

// exercises/break_it/2b_a_barrier_too_few.md:
//
//     # 2.b A barrier too few
//
//     - file: cuda/transformer/matmul_tiled.cu
//     - kernel: matmul_forward/tiled
//
//         -        __syncthreads();  // nobody reads them any more
//
//     A question ...
//
//     ## Answer
//
//     What there is to see.
//
// The lines with - go, those with + come in their place. A student's folder has no answers.
struct PlantedFault {
    std::string number, name, title;  // "2.b", "a_barrier_too_few", "A barrier too few"
    std::filesystem::path file;       // below the project
    std::string kernel;
    std::string before, after;  // lines of the file
    std::string question, answer;
};

// All of `project`/exercises/break_it, in the order of their numbers. Throws Error where a text
// does not have this form.
std::vector<PlantedFault> read_faults(const std::filesystem::path& project);

// The file's text with the fault; lines behind it keep their numbers where it only takes lines
// away. Throws Error where the lines are not there once.
std::string with_fault(std::string_view text, const PlantedFault& fault);

// The lines as a diff.
std::string diff_of(const PlantedFault& fault);

}  // namespace seed
