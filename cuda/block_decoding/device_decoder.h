// Decoding with a KV cache where the host asks one question per step: how many texts are not done?
// All else stays on the device, and a step is the same launches with the same arguments every time
// (fixed_step.h): they can be captured once in a CUDA graph, and be started by a single call.
//
// The price of the fixed shape: 2 b rows of every text are computed in every step, where
// cached_decode.h computes b in most. When half of the texts are done the others close up
// (compaction.h), and a graph for the smaller batch takes over.
#pragma once

#include <map>

#include "block_decoding/cached_transformer.h"
#include "block_decoding/fixed_step_device.h"
#include "core/launch_graph.h"

namespace seed {

class DeviceDecoder {
public:
    // Room for `texts` canvases of `positions` tokens. `graphs`: capture the steps; else every
    // launch is made one by one. The model must outlive this. Throws Error for options of other
    // rules than threshold and count, for full attention and for rewriting.
    DeviceDecoder(const Transformer<Device>& model, Index texts, Index positions,
                  const BlockOptions& options, bool graphs = true);

    // The texts of denoise_with_cache (cached_decode.h): tokens and calls; probabilities but for
    // their last bits. Throws Error for prompts that it would not take.
    std::vector<DenoisingState> decode(const std::vector<std::vector<std::int32_t>>& prompts);

    // Steps of the last decode that were started as a graph, and graphs there are by now.
    Index played() const { return played_; }
    Index graphs() const { return Index(captured_.size()); }

private:
    FixedTexts<DeviceView> texts(Index count) const;  // the first ones
    void start(const std::vector<std::vector<std::int32_t>>& prompts);
    void cache_prompts(const std::vector<std::vector<std::int32_t>>& prompts);
    void step(Index batch);
    void run_step(Index batch);
    void close_up(Index batch);
    template <class T>
    void move(DeviceView<T> rows, DeviceView<const Index> order);
    std::vector<DenoisingState> results(Index count) const;

    const Transformer<Device>& model_;
    Index positions_;  // T
    BlockOptions options_;
    bool graphs_, warm_ = false;
    Index played_ = 0;
    KvCache<Device> cache_;  // of T + 2b positions
    CachedTransformer<Device> prompts_;
    DeviceBuffer<std::int32_t> ids_, masked_;     // (B, T)
    DeviceBuffer<double> probabilities_;          // (B, T)
    DeviceBuffer<std::uint64_t> keys_, scratch_;  // (B, T)
    DeviceBuffer<Index> numbers_;                 // (6, B): slot, prompt, begin, calls ...
    DeviceBuffer<std::int32_t> tokens_;           // (B * 2b)
    DeviceBuffer<Index> row_positions_, rows_;    // (B * 2b), (B * 2b, 3)
    DeviceBuffer<Index> selected_, tiles_;        // rows that want logits; of attention
    DeviceBuffer<Index> order_, still_active_;    // (B), (1)
    Arena<Device> arena_;
    std::map<Index, LaunchGraph> captured_;  // by batch
};

}  // namespace seed
