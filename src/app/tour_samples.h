// What the tour shows of a trained model.
#pragma once

#include <filesystem>

namespace seed {

// A held-out program being denoised, another one with a random edit being repaired; below each what
// its hidden tests say. The run in `folder` is of Lua tasks and of a diffusion model.
void show_samples(const std::filesystem::path& folder);

}  // namespace seed
