#include "transformer/canvas.h"

#include <algorithm>

namespace seed {

Canvas make_canvas(std::vector<std::int32_t> prompt, const std::vector<std::int32_t>& completion,
                   Index positions, std::int32_t eos) {
    const Index content = Index(prompt.size() + completion.size()) + 1;
    require(content <= positions,
            "canvas: expected prompt, completion and end within {} tokens, got {} + {} + 1",
            positions, prompt.size(), completion.size());
    Canvas canvas{std::move(prompt), 0, content};
    canvas.prompt_length = Index(canvas.ids.size());
    canvas.ids.insert(canvas.ids.end(), completion.begin(), completion.end());
    canvas.ids.resize(std::size_t(positions), eos);
    return canvas;
}

TokenBatch batch_of(const std::vector<Canvas>& canvases) {
    require(!canvases.empty(), "batch: expected at least one canvas, got none");
    TokenBatch batch;
    batch.batch = Index(canvases.size());
    batch.positions = Index(canvases[0].ids.size());
    for (const Canvas& canvas : canvases) {
        require(Index(canvas.ids.size()) == batch.positions,
                "batch: expected canvases of {} tokens, got {}", batch.positions,
                canvas.ids.size());
        batch.ids.insert(batch.ids.end(), canvas.ids.begin(), canvas.ids.end());
    }
    return batch;
}

std::vector<std::int32_t> completion_of(std::span<const std::int32_t> ids, Index prompt_length,
                                        std::int32_t eos) {
    const auto begin = ids.begin() + prompt_length;
    return {begin, std::find(begin, ids.end(), eos)};
}

}  // namespace seed
