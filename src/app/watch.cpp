#include "app/watch.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace seed {
namespace {

constexpr std::string_view dim = "\033[2m", bold_green = "\033[1;32m", bold_yellow = "\033[1;33m",
                           plain = "\033[0m";

}  // namespace

CanvasWatcher::CanvasWatcher(const Tokenizer& tokenizer, Index prompt_length,
                             int milliseconds_per_step, std::FILE* out)
    : tokenizer_(tokenizer),
      prompt_length_(prompt_length),
      milliseconds_(milliseconds_per_step),
      out_(out),
      terminal_(terminal_of(out)) {}

// Adds a token, breaking lines at the terminal's width so that they can be counted.
void CanvasWatcher::put(std::string& text, std::string_view token, std::string_view colour) {
    if (terminal_.has_colour) text += colour;
    for (const char c : token) {
        const bool continues = (std::uint8_t(c) & 0xC0) == 0x80;  // within a UTF-8 character
        if (c != '\n' && !continues && ++column_ > terminal_.width - 1) text += '\n', column_ = 1;
        if (c == '\n') column_ = 0;
        const bool printable = c == '\n' || std::uint8_t(c) >= 0x20;
        text += printable && c != 0x7f ? c : '?';
    }
    if (terminal_.has_colour) text += plain;
}

std::string_view CanvasWatcher::colour_of(const DenoisingState& state, Index position) const {
    if (position < prompt_length_) return dim;
    if (previous_[position] == state.ids[position]) return plain;
    return previous_[position] == tokenizer_.mask_id() ? bold_green : bold_yellow;
}

Index CanvasWatcher::rewritten(const DenoisingState& state) const {
    Index count = 0;
    for (Index i = 0; i < Index(state.ids.size()); ++i) count += colour_of(state, i) == bold_yellow;
    return count;
}

std::string CanvasWatcher::picture(const DenoisingState& state) {
    std::string text = fmt::format("call {}: {} of {} tokens still masked, {} rewritten\n",
                                   state.calls, state.masked.size(),
                                   Index(state.ids.size()) - prompt_length_, rewritten(state));
    column_ = 0;
    Index ends = 0;
    for (Index i = 0; i < Index(state.ids.size()); ++i) {
        const bool masked = std::binary_search(state.masked.begin(), state.masked.end(), i);
        if (masked) {
            put(text, "░░ ", dim);
        } else if (state.ids[i] == tokenizer_.eos_id()) {
            ++ends;
        } else {
            put(text, tokenizer_.token_text(state.ids[i]), colour_of(state, i));
        }
    }
    if (column_ > 0) text += '\n';
    return text + fmt::format("{} end tokens\n", ends);
}

void CanvasWatcher::show(const DenoisingState& state) {
    if (previous_.empty()) {
        previous_.assign(state.ids.size(), tokenizer_.mask_id());
        if (state.calls == 0) previous_ = state.ids;
    }
    std::string text = picture(state);
    previous_ = state.ids;
    if (terminal_.is_terminal && lines_drawn_ > 0) {
        text = fmt::format("\033[{}A\033[J", lines_drawn_) + text;
    }
    lines_drawn_ = Index(std::count(text.begin(), text.end(), '\n'));
    std::fputs((terminal_.is_terminal ? text : text + "\n").c_str(), out_);
    std::fflush(out_);
    if (terminal_.is_terminal)
        std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds_));
}

}  // namespace seed
