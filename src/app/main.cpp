// The program `seed`. It parses options, calls modules, prints. Errors are one line on standard
// error and exit status 1.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <new>

#include "app/ablate_command.h"
#include "app/bench_command.h"
#include "app/decode_command.h"
#include "app/distill_command.h"
#include "app/edit_command.h"
#include "app/eval_command.h"
#include "app/exercises_command.h"
#include "app/short_waits.h"
#include "app/speedup_command.h"
#include "app/tasks_command.h"
#include "app/tokenize_command.h"
#include "app/tour_command.h"
#include "app/train_command.h"
#include "app/trajectory_command.h"
#include "app/verify_command.h"
#include "app/whole_numbers.h"
#include "core/require.h"
#include "core/text.h"

namespace {

int fail_with(const char* message) {
    fmt::print(stderr, "error: {}\n", seed::one_line(message));
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    seed::wait_shortly(argv);
    std::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes is an error of write, as a full disk is
    CLI::App app{"seed: a reference implementation of Seed Diffusion, a code model that denoises"};
    app.require_subcommand(1);
    app.failure_message([](const CLI::App*, const CLI::Error& error) {
        return fmt::format("error: {}\n", seed::one_line(error.what()));
    });
    seed::add_tokenize_command(app);
    seed::add_tasks_command(app);
    seed::add_train_command(app);
    seed::add_distill_command(app);
    seed::add_speedup_command(app);
    seed::add_trajectory_command(app);
    seed::add_eval_command(app);
    seed::add_decode_command(app);
    seed::add_edit_command(app);
    seed::add_bench_command(app);
    seed::add_tour_command(app);
    seed::add_ablate_command(app);
    seed::add_verify_command(app);
    seed::add_exercises_command(app);
    seed::check_whole_numbers(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (app.exit(error) != 0) return 1;
    } catch (const std::bad_alloc&) {
        return fail_with("not enough memory");
    } catch (const std::exception& error) {
        return fail_with(error.what());
    }
    const bool is_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    return is_written ? 0 : fail_with("cannot write all of the output");
}
