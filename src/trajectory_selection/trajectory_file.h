// Trajectories on disk: a safetensors file that says all that is needed to use them.
//
//   ids      I32 (S, T)  the texts, x0
//   text     I32 (P)     which text a trajectory is of, 0 ... S - 1, ascending
//   reveal   I32 (P, T)  the step that reveals each position; -1: given (trajectory.h)
//   score    F64 (P)     in nats; NaN: not known
//   metadata  format "seed trajectories 1", model and tokenizer: the digests of what drew them
//
// The number of steps is the greatest one in `reveal`, plus 1.
#pragma once

#include <filesystem>

#include "core/safetensors.h"
#include "trajectory_selection/trajectory.h"

namespace seed {

struct TrajectoryFile {
    std::string model, tokenizer;                // digests: 16 hexadecimal digits
    std::vector<std::vector<std::int32_t>> ids;  // (S, T)
    std::vector<Index> text;                     // (P)
    std::vector<Trajectory> trajectories;        // (P)
};

Safetensors to_safetensors(const TrajectoryFile& file);

// Throws Error, naming the file, where it is damaged, no file of trajectories, where a trajectory's
// steps are not -1 and 0 ... n, each at least once, or a token lies outside the vocabulary.
TrajectoryFile read_trajectories(const std::filesystem::path& file, Index vocab_size);

// Throws Error where what a file of this name held is of another model, tokenizer or canvas, or has no
// trajectory, and says which.
void check_trajectories_of(const TrajectoryFile& read, const std::filesystem::path& file,
                           const std::string& model, const std::string& tokenizer,
                           Index positions);

// Changes with any bit of the weights, or any byte of the text. Not meant against malice.
std::string digest_of(const ParameterSet<Host<float>>& parameters);
std::string digest_of(std::string_view bytes);

}  // namespace seed
