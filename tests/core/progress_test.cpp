#include "core/progress.h"

#include <pty.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <memory>
#include <regex>
#include <thread>
#include <vector>

#include "core/text.h"
#include "tests/support/catch.h"

using namespace seed;

namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

std::string contents(std::FILE* file) {
    std::string text;
    std::rewind(file);
    for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) text += static_cast<char>(c);
    return text;
}

// What a program prints on a terminal of so many columns.
template <class Program>
std::string on_terminal(unsigned short columns, Program program) {
    int master = -1, slave = -1;
    const winsize size{24, columns, 0, 0};
    REQUIRE(::openpty(&master, &slave, nullptr, nullptr, &size) == 0);
    std::string text;
    std::thread reader([&] {
        std::array<char, 4096> buffer;
        for (ssize_t n = 1; n > 0;) {
            n = ::read(master, buffer.data(), buffer.size());  // -1 when the other end is closed
            if (n > 0) text.append(buffer.data(), static_cast<std::size_t>(n));
        }
    });
    {
        const File terminal(::fdopen(slave, "w"));
        program(terminal.get());
    }
    reader.join();
    ::close(master);
    return text;
}

// Every state that the line on the terminal went through, without the escape codes.
std::vector<std::string> redrawn_lines(const std::string& text) {
    const std::string plain = std::regex_replace(text, std::regex("\x1b\\[[0-9;]*[mK]"), "");
    const std::regex ends("[\r\n]+");
    std::vector<std::string> lines;
    for (std::sregex_token_iterator it(plain.begin(), plain.end(), ends, -1), end; it != end;
         ++it) {
        if (it->length() > 0) lines.push_back(*it);
    }
    return lines;
}

// Times differ from run to run: every one becomes "TIME".
std::string without_times(const std::string& text) {
    return std::regex_replace(text, std::regex("[0-9]+:[0-9]{2}(:[0-9]{2})?"), "TIME");
}

void set_environment(const char* term, const char* no_colour) {
    ::setenv("TERM", term, 1);
    ::setenv("NO_COLOR", no_colour, 1);
}

}  // namespace

TEST_CASE("in a file progress is a plain line at every tenth and one at the end") {
    const File file(std::tmpfile());
    Progress progress("training", 1000, file.get());
    for (int step = 1; step <= 1000; ++step) progress.update(step, "loss 2.31\n");
    progress.finish("loss 1.02");
    progress.finish();
    progress.update(3);
    const std::string text = without_times(contents(file.get()));
    CHECK(text.find_first_of("\r\x1b") == text.npos);
    CHECK(std::count(text.begin(), text.end(), '\n') == 10);
    CHECK(text.substr(0, 16) == "training   10 % ");
    CHECK_THAT(text, Contains("\ntraining   20 %  TIME  TIME left  loss 2.31 \n"));
    CHECK_THAT(text, EndsWith("\ntraining  100 %  TIME  loss 1.02\n"));
}

TEST_CASE("short, empty and resumed loops show progress too") {
    const File file(std::tmpfile());
    Progress("empty", 0, file.get()).finish();
    Progress once("once", 1, file.get());
    once.update(1);
    once.finish();
    Progress resumed("resumed", 10, file.get());
    resumed.update(7);
    resumed.update(8);
    resumed.update(12);
    resumed.finish();
    CHECK(without_times(contents(file.get())) ==
          "empty  100 %  TIME\n"
          "once  100 %  TIME\n"
          "resumed   70 %  TIME\n"
          "resumed   80 %  TIME  TIME left\n"
          "resumed  100 %  TIME\n");
}

TEST_CASE("the time left is what the steps that are left would take") {
    const File file(std::tmpfile());
    Progress progress("training", 100, file.get());
    progress.update(10);
    const auto begin = std::chrono::steady_clock::now();
    std::this_thread::sleep_for(std::chrono::milliseconds(1200));
    progress.update(20);
    const std::chrono::duration<double> ten_steps = std::chrono::steady_clock::now() - begin;
    progress.finish();
    const std::string text = contents(file.get());
    std::smatch left;
    REQUIRE(std::regex_search(text, left, std::regex("([0-9]+):([0-9]{2}) left")));
    const double seconds = 60 * std::stod(left[1]) + std::stod(left[2]);
    INFO(text);
    CHECK(std::abs(seconds - 8 * ten_steps.count()) <= 1);  // 80 steps; all 100 would take 12
}

TEST_CASE("a loop that may be short shows nothing before its time, and all behind it") {
    using namespace std::chrono_literals;
    const auto run = [](std::FILE* out, std::chrono::milliseconds quiet) {
        Progress progress("loop", 4, out, quiet);
        progress.update(1);
        std::this_thread::sleep_for(quiet == 1h ? 0ms : 2 * quiet);
        progress.update(2);
        progress.update(3);
        progress.finish();
    };
    const File brief(std::tmpfile()), lengthy(std::tmpfile());
    run(brief.get(), 1h), run(lengthy.get(), 20ms);
    CHECK(contents(brief.get()).empty());
    CHECK(without_times(contents(lengthy.get())) ==
          "loop   50 %  TIME  TIME left\nloop   75 %  TIME  TIME left\nloop  100 %  TIME\n");

    set_environment("xterm", "1");
    CHECK(on_terminal(80, [&](std::FILE* out) { run(out, 1h); }).empty());
    CHECK(on_terminal(80, [&](std::FILE* out) { Progress("loop", 4, out, 1h); }).empty());
    CHECK_THAT(on_terminal(80, [&](std::FILE* out) { run(out, 20ms); }), Contains("100 %"));
}

TEST_CASE("on a terminal the line is redrawn in place and clipped to the width") {
    set_environment("xterm", "");
    for (const unsigned short columns : {1, 2, 5, 20, 47, 49, 72, 73, 80, 200}) {
        const std::string text = on_terminal(columns, [](std::FILE* out) {
            Progress progress("größe 日本", 3, out);
            progress.update(1, "loss 2.31 and a note that is long, 日本語 日本語 日本語");
            progress.finish();
        });
        const std::vector<std::string> lines = redrawn_lines(text);
        for (const std::string& line : lines) CHECK(display_width(line) < columns);
        CHECK(std::count(text.begin(), text.end(), '\n') == 1);
        CHECK(std::count(text.begin(), text.end(), '\r') == 4);  // 3 redraws and the line's end
    }
}

TEST_CASE("the line on a terminal shows title, bar, share, time and note") {
    set_environment("xterm", "1");
    const std::string text = on_terminal(80, [](std::FILE* out) {
        Progress progress("training", 4, out);
        progress.update(1, "loss 2");
        progress.finish();
    });
    const std::vector<std::string> lines = redrawn_lines(text);
    REQUIRE(lines.size() == 3);
    CHECK(without_times(lines[0]) == "training            ░░░░░░░░░░░░░░░░░░░░░░░░    0 %  TIME");
    CHECK(without_times(lines[1]) ==
          "training            ██████░░░░░░░░░░░░░░░░░░   25 %  TIME  loss 2");
    CHECK(without_times(lines[2]) ==
          "training            ████████████████████████  100 %  TIME  loss 2");
}

TEST_CASE("colours are used on a terminal, unless NO_COLOR is set or it is dumb") {
    const auto draw = [](std::FILE* out) { Progress("training", 2, out).finish(); };
    set_environment("xterm", "");
    CHECK(on_terminal(80, draw).find("\x1b[36m") != std::string::npos);
    set_environment("xterm", "1");
    CHECK(on_terminal(80, draw).find("\x1b[36m") == std::string::npos);
    set_environment("dumb", "");
    CHECK(without_times(on_terminal(80, draw)) == "training  100 %  TIME\r\n");
}

TEST_CASE("a fast loop does not flood the terminal, and a loop that fails ends the line") {
    set_environment("xterm", "");
    const auto start = std::chrono::steady_clock::now();
    const std::string text = on_terminal(80, [](std::FILE* out) {
        Progress progress("training", 1'000'000, out);
        for (int step = 1; step <= 100'000; ++step) progress.update(step, "loss 2.31");
    });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    CHECK(static_cast<double>(redrawn_lines(text).size()) <= 3 + 10 * seconds.count());
    CHECK(text.substr(text.size() - 2) == "\r\n");
}

TEST_CASE("durations are written as a clock shows them") {
    CHECK(format_duration(0) == "0:00");
    CHECK(format_duration(75.9) == "1:15");
    CHECK(format_duration(7389) == "2:03:09");
    CHECK(format_duration(-1) == "0:00");
    CHECK(format_duration(1e300) == "?");
    CHECK(format_duration(std::nan("")) == "?");
}
