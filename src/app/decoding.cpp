#include "app/decoding.h"

#include "app/decoding_page.h"
#include "app/device_option.h"
#include "app/trajectory_page.h"
#include "app/watch.h"
#include "block_decoding/cached_greedy.h"
#include "block_decoding/decode.h"
#include "core/files.h"
#include "core/progress.h"
#include "edit_corruption/refine.h"

namespace seed {
namespace {

using Json = nlohmann::ordered_json;

Json step_record(const RefiningState& state, const Tokenizer& tokenizer) {
    const DenoisingState& text = state.text;
    Json step{{"call", text.calls},
              {"masked", text.masked.size()},
              {"rewritten", state.rewritten},
              {"tokens", Json::array()},
              {"probability", text.probability}};
    for (const std::int32_t id : text.ids) {
        const bool masked = id == tokenizer.mask_id();
        step["tokens"].push_back(masked ? Json() : Json(tokenizer.token_text(id)));
    }
    return step;
}

// Shows and writes down every state of a text.
class Witness {
public:
    Witness(const LoadedRun& run, Index prompt_length, Index positions, const DecodingView& view)
        : run_(run),
          prompt_length_(prompt_length),
          view_(view),
          watcher_(run.tokenizer, prompt_length, view.milliseconds_per_step),
          page_(run.tokenizer, "Written by the model", prompt_length) {
        if (!view.watch) progress_.emplace("decode", positions, stderr, patience);
    }

    void see(const RefiningState& state) {
        if (view_.watch) watcher_.show(state.text);
        if (!view_.html.empty()) page_.see(state);
        if (progress_) {
            progress_->update(Index(state.text.ids.size()) - Index(state.text.masked.size()),
                              fmt::format("call {}", state.text.calls));
        }
        if (view_.record && state.text.calls > 0) {
            steps_.push_back(step_record(state, run_.tokenizer));
        }
    }

    // The text behind the prompt; the record gets its numbers.
    std::string finish(const RefiningState& last) {
        if (progress_) progress_->finish();
        if (!view_.html.empty()) write_file_atomically(view_.html, trajectory_page(page_.view()));
        if (view_.record) {
            (*view_.record)["calls"] = last.text.calls;
            (*view_.record)["rewrites"] = last.rewrites;
            (*view_.record)["steps"] = std::move(steps_);
        }
        return run_.tokenizer.decode(
            completion_of(last.text.ids, prompt_length_, run_.tokenizer.eos_id()));
    }

private:
    const LoadedRun& run_;
    Index prompt_length_;
    DecodingView view_;
    CanvasWatcher watcher_;
    DecodingPage page_;
    std::optional<Progress> progress_;
    Json steps_ = Json::array();
};

// Hands on what is final of a text: each block as it is finished.
class BlockStream {
public:
    BlockStream(const LoadedRun& run, Index prompt_length, Index block, const DecodingView& view)
        : run_(run), prompt_length_(prompt_length), block_(block), view_(view) {}

    void see(const RefiningState& state) {
        const DenoisingState& text = state.text;
        const Index end =
            text.masked.empty() ? Index(text.ids.size()) : text.masked.front() / block_ * block_;
        if (!view_.stream || state.end == RefineEnd::running || end <= prompt_length_) return;
        const std::span final(text.ids.begin(), std::size_t(end));
        const std::string known =
            run_.tokenizer.decode(completion_of(final, prompt_length_, run_.tokenizer.eos_id()));
        if (known.size() > sent_) view_.stream(std::string_view(known).substr(sent_));
        sent_ = known.size();
    }

private:
    const LoadedRun& run_;
    Index prompt_length_, block_;
    const DecodingView& view_;
    std::size_t sent_ = 0;
};

RefiningState decode_in_blocks(LoadedRun& run, const std::vector<std::int32_t>& prompt,
                               Index positions, const RefineOptions& options,
                               const DecodingView& view, const BlockChoice& choice,
                               Witness& witness) {
    require(choice.size >= 1 && choice.size <= positions,
            "--block: expected 1 ... {}, the canvas, got {}", positions, choice.size);
    const BlockOptions blocks{options.fill,           choice.size,      choice.causal,
                              run.tokenizer.eos_id(), options.tau_edit, options.passes};
    BlockStream stream(run, Index(prompt.size()), choice.size, view);
    RefiningState state;
    on_device(view.device, run.model, [&](auto& model) {
        const auto see = [&](Index, const RefiningState& text) {
            witness.see(text);
            stream.see(text);
        };
        state = decode_blocks(model, {prompt}, positions, blocks, see)[0];
    });
    stream.see(state);
    return state;
}

std::string decode_autoregressively(LoadedRun& run, const std::vector<std::int32_t>& prompt,
                                    Index positions, const RefineOptions& options,
                                    const DecodingView& view,
                                    const std::optional<BlockChoice>& blocks) {
    const auto require_diffusion = [](bool asked, const char* option) {
        require(!asked, "{}: expected a diffusion model, got an autoregressive one", option);
    };
    require_diffusion(view.watch, "--watch");
    require_diffusion(!view.html.empty(), "--html");
    require_diffusion(options.tau_edit < 1, "--tau-edit");
    require_diffusion(blocks.has_value(), "--block");
    AutoregressiveResult result;
    on_device(view.device, run.model, [&](auto& model) {
        result = greedy_decode_with_cache(model, {prompt}, positions, run.tokenizer.eos_id());
    });
    if (view.record) (*view.record)["calls"] = result.calls[0];
    return run.tokenizer.decode(result.completions[0]);
}

}  // namespace

std::string decode_prompt(LoadedRun& run, std::string prompt, Index positions,
                          const RefineOptions& options, const DecodingView& view,
                          const std::optional<BlockChoice>& blocks) {
    if (!prompt.ends_with('\n')) prompt += '\n';
    const std::vector<std::int32_t> ids = run.tokenizer.encode(prompt);
    if (view.record) *view.record = {{"prompt", prompt}, {"prompt_tokens", ids.size()}};
    if (run.config.objective == Objective::autoregressive) {
        return decode_autoregressively(run, ids, positions, options, view, blocks);
    }
    Witness witness(run, Index(ids.size()), positions, view);
    if (blocks) {
        return witness.finish(
            decode_in_blocks(run, ids, positions, options, view, *blocks, witness));
    }
    std::vector<RefiningState> states;
    on_device(view.device, run.model, [&](auto& model) {
        states = denoise_and_rewrite(model, {ids}, positions, options,
                                     [&](Index, const RefiningState& s) { witness.see(s); });
    });
    return witness.finish(states[0]);
}

std::string repair_canvas(LoadedRun& run, const Canvas& canvas, const RefineOptions& options,
                          const DecodingView& view) {
    require(run.config.objective == Objective::diffusion,
            "repair: expected a diffusion model, got an autoregressive one");
    const std::span prompt(canvas.ids.begin(), std::size_t(canvas.prompt_length));
    if (view.record) {
        *view.record = {{"prompt", run.tokenizer.decode(prompt)}, {"prompt_tokens", prompt.size()}};
    }
    Witness witness(run, canvas.prompt_length, Index(canvas.ids.size()), view);
    RefiningState given;
    given.text.ids = canvas.ids;
    witness.see(given);
    std::vector<RefiningState> states;
    on_device(view.device, run.model, [&](auto& model) {
        states = repair(model, {canvas}, options,
                        [&](Index, const RefiningState& s) { witness.see(s); });
    });
    return witness.finish(states[0]);
}

}  // namespace seed
