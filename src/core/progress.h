// The progress of a long loop, for the person who waits.
//
// On a terminal one line is redrawn in place, at most ten times a second:
//
//     training            ██████████░░░░░░░░░░░░░░  42 %  0:12  0:17 left  loss 2.31
//
// Elsewhere (a file, a pipe) a plain line is printed at every tenth of the way, after ten seconds
// without one, and at the end. The clock decides only what is displayed. A loop that may be short
// shows nothing for a while first, unless SEED_PATIENCE=0 stands in the environment. Nothing here
// throws: a display that fails is no error.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace seed {

// For how long nobody needs a sign of life.
inline constexpr std::chrono::milliseconds patience{2000};

// "0:07", "1:15", "2:03:09"
std::string format_duration(double seconds);

class Progress {
public:
    // A loop of `total` steps. Colours are used on a terminal unless NO_COLOR is set. Nothing is
    // shown before `quiet` has passed, nor ever if the loop is done by then.
    Progress(std::string_view title, std::int64_t total, std::FILE* out = stderr,
             std::chrono::milliseconds quiet = {});
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();  // without finish(), as when an error is thrown, the line stays as it is

    // `done` steps are behind us; a run that resumes starts above 0. An empty note keeps the last
    // one. Cheap enough to be called in every step.
    void update(std::int64_t done, std::string_view note = "");

    // All is done: shows 100 % and the time it took. Further calls do nothing.
    void finish(std::string_view note = "");

private:
    using Clock = std::chrono::steady_clock;
    struct Mark {
        std::int64_t done;
        Clock::time_point time;
    };

    bool is_quiet(Clock::time_point now) const { return !is_shown_ && now < start_ + quiet_; }
    void redraw(Clock::time_point now);
    void print_line(Clock::time_point now);
    std::string numbers(Clock::time_point now) const;

    std::string title_;
    std::int64_t total_;
    std::FILE* out_;
    std::chrono::milliseconds quiet_;
    bool is_terminal_;
    bool has_colour_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point next_redraw_ = start_;
    std::optional<Mark> first_update_;  // the speed is measured from here
    std::int64_t done_ = 0;
    std::int64_t printed_tenth_ = 0;
    std::string note_;
    bool is_shown_ = false;
    bool is_finished_ = false;
};

}  // namespace seed
