#include "core/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "core/text.h"

namespace seed {
namespace {

using namespace std::chrono_literals;

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

// Whether lines can be redrawn in place.
bool is_capable_terminal(std::FILE* out) {
    return ::isatty(::fileno(out)) && environment("TERM") != "dumb";
}

// What fits into a line without the cursor touching the edge, where terminals differ.
std::size_t columns_of(std::FILE* out) {
    winsize size{};
    const bool is_known = ::ioctl(::fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return (is_known ? size.ws_col : 80u) - 1u;
}

std::string repeat(std::string_view sign, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += sign;
    return text;
}

std::string bar(std::size_t columns, double share, bool has_colour) {
    const auto filled = static_cast<std::size_t>(static_cast<double>(columns) * share);
    const std::string full = repeat("█", filled);
    const std::string rest = repeat("░", columns - filled);
    return has_colour ? "\x1b[36m" + full + "\x1b[0m" + rest : full + rest;
}

void put(std::string_view text, std::FILE* out) {
    std::fwrite(text.data(), 1, text.size(), out);
    std::fflush(out);
}

}  // namespace

std::string format_duration(double seconds) {
    // Beyond 1,000 hours, or if it is not a number, nobody wants to know
    if (!(seconds < 3.6e6)) return "?";
    const auto whole = static_cast<std::int64_t>(std::max(0.0, seconds));
    const std::int64_t h = whole / 3600, m = whole / 60 % 60, s = whole % 60;
    return h > 0 ? fmt::format("{}:{:02}:{:02}", h, m, s) : fmt::format("{}:{:02}", m, s);
}

Progress::Progress(std::string_view title, std::int64_t total, std::FILE* out,
                   std::chrono::milliseconds quiet)
    : title_(one_line(title)),
      total_(std::max<std::int64_t>(total, 0)),
      out_(out),
      quiet_(environment("SEED_PATIENCE") == "0" ? std::chrono::milliseconds(0) : quiet),
      is_terminal_(is_capable_terminal(out)),
      has_colour_(is_terminal_ && environment("NO_COLOR").empty()) {
    if (is_terminal_ && !is_quiet(start_)) redraw(start_);
}

Progress::~Progress() {
    if (is_terminal_ && is_shown_ && !is_finished_) put("\n", out_);
}

void Progress::update(std::int64_t done, std::string_view note) {
    if (is_finished_) return;
    const Clock::time_point now = Clock::now();
    done_ = std::clamp<std::int64_t>(done, 0, total_);
    if (!note.empty()) note_ = one_line(note);
    if (!first_update_) first_update_ = {done_, now};
    if (is_quiet(now)) return;

    if (is_terminal_) {
        if (now < next_redraw_) return;
        next_redraw_ = now + 100ms;
        redraw(now);
    } else if (done_ < total_ &&
               (done_ * 10 / total_ > printed_tenth_ || now >= next_redraw_ + 10s)) {
        printed_tenth_ = done_ * 10 / total_;
        next_redraw_ = now;
        print_line(now);
    }
}

void Progress::finish(std::string_view note) {
    if (is_finished_) return;
    done_ = total_;
    is_finished_ = true;
    if (!note.empty()) note_ = one_line(note);
    const Clock::time_point now = Clock::now();
    if (is_quiet(now)) return;
    is_terminal_ ? redraw(now) : print_line(now);
    if (is_terminal_) put("\n", out_);
}

// "42 %  0:12  0:17 left  loss 2.31"
std::string Progress::numbers(Clock::time_point now) const {
    const auto seconds = [](Clock::duration d) { return std::chrono::duration<double>(d).count(); };
    const std::int64_t percent = total_ > 0 ? done_ * 100 / total_ : 100;
    std::string text = fmt::format("{:3} %  {}", percent, format_duration(seconds(now - start_)));
    if (first_update_ && first_update_->done < done_ && done_ < total_) {
        const auto steps = static_cast<double>(done_ - first_update_->done);
        const double seconds_per_step = seconds(now - first_update_->time) / steps;
        const double left = seconds_per_step * static_cast<double>(total_ - done_);
        text += fmt::format("  {} left", format_duration(left));
    }
    return note_.empty() ? text : fmt::format("{}  {}", text, note_);
}

void Progress::print_line(Clock::time_point now) {
    is_shown_ = true;
    put(fmt::format("{}  {}\n", title_, numbers(now)), out_);
}

void Progress::redraw(Clock::time_point now) {
    is_shown_ = true;
    // Narrow terminals get a shorter bar, then none
    const std::size_t columns = columns_of(out_);
    const std::size_t bar_columns = columns >= 72 ? 24 : columns >= 48 ? 10 : 0;
    const std::size_t title_columns = columns >= 72 ? 20 : 0;

    std::string title = title_ + " ";
    title.append(title_columns - std::min(title_columns, display_width(title)), ' ');
    title = clip_to_width(title, columns - bar_columns);
    const double share =
        total_ > 0 ? static_cast<double>(done_) / static_cast<double>(total_) : 1.0;
    const std::size_t left = columns - bar_columns - display_width(title);
    put(fmt::format("\r{}{}{}\x1b[K", title, bar(bar_columns, share, has_colour_),
                    clip_to_width("  " + numbers(now), left)),
        out_);
}

}  // namespace seed
