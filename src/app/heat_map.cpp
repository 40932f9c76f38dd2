#include "app/heat_map.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text.h"

namespace seed {
namespace {

// Of the 256 colours of terminals, from dark to light; on the first five white can be read
constexpr std::array ramp{53, 54, 55, 60, 61, 31, 67, 35, 71, 41, 77, 113, 149, 185, 221, 227};
constexpr Index dark_colours = 5;

// On the colour of a step 1 ... n; step 0 is given.
std::string coloured(const std::string& text, Index step, Index steps) {
    if (step == 0) return fmt::format("\033[2m{}\033[0m", text);
    const Index place = (step - 1) * Index(ramp.size() - 1) / std::max<Index>(1, steps - 1);
    const int black = 16, white = 231;
    return fmt::format("\033[38;5;{};48;5;{}m{}\033[0m", place < dark_colours ? white : black,
                       ramp[place], text);
}

// Signs in lines of so many columns.
class Lines {
public:
    explicit Lines(std::size_t columns) : columns_(columns) {}

    // What takes `width` columns: where it does not fit any more, on the next line.
    void put(const std::string& text, std::size_t width) {
        if (used_ > 0 && used_ + width > columns_) end_line();
        text_ += text;
        used_ += width;
    }
    void end_line() {
        text_ += '\n';
        used_ = 0;
    }
    std::string finish() {
        if (used_ > 0) end_line();
        return std::move(text_);
    }

private:
    std::size_t columns_, used_ = 0;
    std::string text_;
};

// Tokens over their numbers, line by line.
class NumberedLines {
public:
    explicit NumberedLines(std::size_t columns) : columns_(columns) {}

    void put(const std::string& token, const std::string& number) {
        const std::size_t width = std::max(display_width(token), number.size());
        const std::size_t gap = used_ > 0;
        if (used_ > 0 && used_ + gap + width > columns_) return end_line(), put(token, number);
        tokens_ += std::string(gap, ' ') + token + std::string(width - display_width(token), ' ');
        numbers_ += std::string(gap, ' ') + number + std::string(width - number.size(), ' ');
        used_ += gap + width;
    }
    void end_line() {
        for (std::string* line : {&tokens_, &numbers_}) {
            line->resize(line->find_last_not_of(' ') + 1);
            if (!line->empty()) text_ += *line + '\n';
            line->clear();
        }
        used_ = 0;
    }
    std::string finish() {
        end_line();
        return std::move(text_);
    }

private:
    std::size_t columns_, used_ = 0;
    std::string text_, tokens_, numbers_;
};

struct ShownToken {
    std::string text;
    bool ends_line;
};

ShownToken shown_token(std::int32_t id, const Tokenizer& tokenizer) {
    if (id == tokenizer.eos_id()) return {"∎", false};
    const std::string& text = tokenizer.token_text(id);
    return {visible_text(text), text.find('\n') != std::string::npos};
}

std::string legend(const TrajectoryView& view, std::size_t columns) {
    Lines lines(columns);
    lines.put("step", 4);
    for (Index s = 1; s <= view.steps; ++s) {
        const std::string number = fmt::format(" {} ", s);
        lines.put(coloured(number, s, view.steps), number.size());
    }
    return lines.finish();
}

}  // namespace

std::string heat_map(const TrajectoryView& view, const Tokenizer& tokenizer,
                     const Terminal& terminal) {
    Lines lines(terminal.width);
    NumberedLines numbered(terminal.width);
    for (std::size_t i = 0; i < view.ids.size(); ++i) {
        const auto [text, ends_line] = shown_token(view.ids[i], tokenizer);
        const Index step = view.step[i];
        if (terminal.has_colour) {
            lines.put(coloured(text, step, view.steps), display_width(text));
            if (ends_line) lines.end_line();
        } else {
            numbered.put(text, step == 0 ? "" : std::to_string(step));
            if (ends_line) numbered.end_line();
        }
    }
    if (terminal.has_colour) return lines.finish() + "\n" + legend(view, terminal.width);
    return numbered.finish() +
           fmt::format("\nunder each token: its step, 1 ... {}; nothing: given\n", view.steps);
}

}  // namespace seed
