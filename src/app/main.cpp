// The program `seed`. It parses options, calls modules, prints. Errors are one line on standard
// error and exit status 1.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/bench_command.h"
#include "app/decode_command.h"
#include "app/eval_command.h"
#include "app/tasks_command.h"
#include "app/tokenize_command.h"
#include "app/tour_command.h"
#include "app/train_command.h"
#include "core/require.h"

int main(int argc, char** argv) {
    CLI::App app{"seed: a reference implementation of Seed Diffusion, a code model that denoises"};
    app.require_subcommand(1);
    app.failure_message(CLI::FailureMessage::simple);
    seed::add_tokenize_command(app);
    seed::add_tasks_command(app);
    seed::add_train_command(app);
    seed::add_eval_command(app);
    seed::add_decode_command(app);
    seed::add_bench_command(app);
    seed::add_tour_command(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "error: {}\n", error.what());
        return 1;
    }
    return 0;
}
