#include "block_decoding/device_decoder.h"

#include "block_decoding/cached_attention_device.h"
#include "block_decoding/cached_decode_impl.h"
#include "block_decoding/compaction_device.h"
#include "block_decoding/reveal_in_place_device.h"
#include "mask_corruption/denoise_device.h"
#include "transformer/embedding_device.h"
#include "transformer/few_rows_device.h"
#include "transformer/forbid_token_device.h"
#include "transformer/matmul_device.h"
#include "transformer/residual_device.h"
#include "transformer/rms_norm_device.h"
#include "transformer/rope_device.h"
#include "transformer/swiglu_device.h"

namespace seed {
namespace {

// Of a step's rows those of the current blocks: the second half of each text's.
std::vector<Index> current_rows(Index texts, Index block) {
    std::vector<Index> rows;
    for (Index n = 0; n < texts * 2 * block; ++n) {
        if (n % (2 * block) >= block) rows.push_back(n);
    }
    return rows;
}

Index checked_block(const BlockOptions& options, Index positions) {
    require(options.tau_edit == 1 && options.passes == 0,
            "device decoder: expected no rewriting, got tau_edit {} and {} passes",
            options.tau_edit, options.passes);
    require(options.fill.rule == RevealRule::threshold || options.fill.rule == RevealRule::count,
            "device decoder: expected the rule threshold or count, got another");
    check_cached_decoding({{0}}, positions, options, 1, positions);
    return options.block;
}

template <class T>
void upload(T* to, const std::vector<T>& values) {
    copy_to_device(to, values.data(), values.size() * sizeof(T));
}

}  // namespace

DeviceDecoder::DeviceDecoder(const Transformer<Device>& model, Index texts, Index positions,
                             const BlockOptions& options, bool graphs)
    : model_(model),
      positions_(positions),
      options_(options),
      graphs_(graphs),
      cache_(model.config(), texts, positions + 2 * checked_block(options, positions)),
      prompts_(model, cache_),
      ids_(texts * positions),
      masked_(texts * positions),
      probabilities_(texts * positions),
      keys_(texts * positions),
      scratch_(texts * positions),
      numbers_(6 * texts),
      tokens_(texts * 2 * options.block),
      row_positions_(tokens_.size()),
      rows_(3 * tokens_.size()),
      selected_(current_rows(texts, options.block)),
      tiles_(query_tiles(texts, 2 * options.block, model.config().heads / model.config().kv_heads)),
      order_(texts),
      still_active_(1) {
    arena_.start_counting();
    take_activations(arena_, model.config(), tokens_.size(), selected_.size());
    arena_.allocate();  // for every batch: no step allocates
}

FixedTexts<DeviceView> DeviceDecoder::texts(Index count) const {
    const auto column = [&](Index c) {
        return DeviceView<Index>(numbers_.data() + c * order_.size(), count, 1);
    };
    return {{ids_.data(), count, positions_},
            {masked_.data(), count, positions_},
            {probabilities_.data(), count, positions_},
            {keys_.data(), count, positions_},
            column(0),
            column(1),
            column(2),
            column(3),
            column(4),
            column(5)};
}

void DeviceDecoder::start(const std::vector<std::vector<std::int32_t>>& prompts) {
    std::vector<std::int32_t> ids, masked;
    std::vector<double> probabilities;
    std::vector<std::uint64_t> keys;
    std::vector<Index> slot, prompt, begin, none(prompts.size(), 0), all(prompts.size(), 1);
    for (const auto& given : prompts) {
        const Index length = Index(given.size()), s = Index(slot.size());
        slot.push_back(s), prompt.push_back(length);
        begin.push_back(length / options_.block * options_.block);
        const DenoisingState text = all_masked(given, positions_, model_.config().mask_token);
        ids.insert(ids.end(), text.ids.begin(), text.ids.end());
        for (Index p = 0; p < positions_; ++p) masked.push_back(p >= length);
        probabilities.insert(probabilities.end(), text.probability.begin(), text.probability.end());
        const auto own =
            keys_in_place(options_.fill.key.fork(std::uint64_t(s)), positions_, options_.block);
        keys.insert(keys.end(), own.begin(), own.end());
    }
    const FixedTexts<DeviceView> t = texts(Index(prompts.size()));
    upload(t.ids.data, ids), upload(t.masked.data, masked);
    upload(t.probabilities.data, probabilities), upload(t.keys.data, keys);
    upload(t.slot.data, slot), upload(t.prompt.data, prompt), upload(t.begin.data, begin);
    upload(t.block_calls.data, none), upload(t.calls.data, none), upload(t.active.data, all);
}

// The blocks that are prompt alone: with every prompt, as many rows as it has.
void DeviceDecoder::cache_prompts(const std::vector<std::vector<std::int32_t>>& prompts) {
    std::vector<CachedTokens> whole_blocks;
    for (std::size_t s = 0; s < prompts.size(); ++s) {
        const Index end = Index(prompts[s].size()) / options_.block * options_.block;
        const auto begin = prompts[s].begin();
        if (end > 0) whole_blocks.push_back({Index(s), 0, {begin, begin + end}});
    }
    if (!whole_blocks.empty()) prompts_.logits(whole_blocks, options_.block, {});
}

// [device_decoder.step]
void DeviceDecoder::step(Index batch) {
    const ModelConfig& c = model_.config();
    const Index block = options_.block, n = batch * 2 * block, m = batch * block;
    const FixedTexts<DeviceView> t = texts(batch);
    const DeviceView<std::int32_t> tokens(tokens_.data(), n, 1);
    const DeviceView<Index> positions(row_positions_.data(), n, 1), rows(rows_.data(), n, 3);
    const DeviceView<Index> selected(selected_.data(), m, 1);
    const Index tiles = tiles_.size() / 3 / order_.size() * batch;
    const CachedRowsOnDevice shape{c.heads,     c.kv_heads,
                                   c.head_size, cache_.positions(),
                                   rows,        DeviceView<Index>(tiles_.data(), tiles, 3)};
    arena_.allocate();  // from its start; there is room
    const CachedActivations<Device> act = take_activations(arena_, c, n, m);

    lay_out_step(tokens, positions, rows, t, block);
    cached_forward(act, model_, cache_, tokens, positions, shape, selected);
    reveal_in_place(t.in_place(), act.logits, options_.fill);
    enter_next_blocks({still_active_.data(), 1, 1}, t, block, options_.eos);
}
// [/device_decoder.step]

// The first step is launched as it is: a kernel is loaded when it is launched for the first time,
// and not in a capture.
void DeviceDecoder::run_step(Index batch) {
    if (!graphs_ || !warm_) {
        warm_ = true;
        return step(batch);
    }
    const auto found = captured_.try_emplace(batch, [&] { step(batch); }).first;
    found->second.play();
    ++played_;
}

template <class T>
void DeviceDecoder::move(DeviceView<T> rows, DeviceView<const Index> order) {
    const DeviceView<T> moved(reinterpret_cast<T*>(scratch_.data()), rows.rows, rows.cols);
    move_rows(moved, DeviceView<const T>(rows), order);
    copy_on_device(rows.data, moved.data, rows.bytes());
}

void DeviceDecoder::close_up(Index batch) {
    const FixedTexts<DeviceView> t = texts(batch);
    const DeviceView<Index> order(order_.data(), 1, batch);
    active_first(order, {still_active_.data(), 1, 1}, {t.active.data, 1, batch});
    move(t.ids, order), move(t.masked, order), move(t.probabilities, order), move(t.keys, order);
    for (const DeviceView<Index>& numbers :
         {t.slot, t.prompt, t.begin, t.block_calls, t.calls, t.active}) {
        move(numbers, order);
    }
}

// [device_decoder.loop]
std::vector<DenoisingState> DeviceDecoder::decode(
    const std::vector<std::vector<std::int32_t>>& prompts) {
    check_cached_decoding(prompts, positions_, options_, cache_.sequences(), positions_);
    start(prompts);
    cache_prompts(prompts);
    Index batch = Index(prompts.size()), active = batch;
    played_ = 0;
    while (active > 0) {
        if (2 * active <= batch) {
            close_up(batch);
            batch = active;
        }
        run_step(batch);
        active = still_active_.download()[0];  // the one question
    }
    return results(Index(prompts.size()));
}
// [/device_decoder.loop]

// Rows have moved: a text's slot says which it is.
std::vector<DenoisingState> DeviceDecoder::results(Index count) const {
    const auto ids = ids_.download();
    const auto probabilities = probabilities_.download();
    const auto numbers = numbers_.download();
    std::vector<DenoisingState> states(static_cast<std::size_t>(count));
    for (Index b = 0; b < count; ++b) {
        DenoisingState& state = states[std::size_t(numbers[std::size_t(b)])];
        const auto first = b * positions_, end = first + positions_;
        state.ids.assign(ids.begin() + first, ids.begin() + end);
        state.probability.assign(probabilities.begin() + first, probabilities.begin() + end);
        state.calls = numbers[std::size_t(4 * order_.size() + b)];
    }
    return states;
}

}  // namespace seed
