// The pool of a distillation on disk, and what is trained on of it: see distillation.h.
#pragma once

#include "runs/distillation.h"

namespace seed {

// The pool in the run's folder; what is missing of it is drawn, part by part, with a progress bar.
// Throws Error where the file is damaged, another model's, or of another shape, and where the
// weights are no longer those that it is drawn from.
TrajectoryFile complete_pool(const std::filesystem::path& folder, const RunConfig& config,
                             const TextSource& source, const std::string& title);

// The trajectories that are trained on: the selection, or what a control puts in its place.
TrajectoryFile selected_of(const TrajectoryFile& pool, const RunConfig& config);

}  // namespace seed
