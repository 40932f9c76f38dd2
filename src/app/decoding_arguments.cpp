#include "app/decoding_arguments.h"

#include "app/device_option.h"
#include "app/places.h"
#include "app/writable_file.h"
#include "core/parallel.h"

namespace seed {

void DecodingArguments::add_to(CLI::App& command, const std::string& what_json_holds) {
    command.add_option("run", folder, "folder of the run")->required();
    command.add_flag("--watch", view.watch,
                     "show the canvas after every step: new tokens green, rewritten ones yellow");
    command.add_option("--delay", view.milliseconds_per_step, "milliseconds per step of --watch")
        ->capture_default_str();
    command.add_option("--json", json, "write as JSON: " + what_json_holds)->check(writable_file());
    command
        .add_option("--html", view.html,
                    "write a page that replays it: a slider over the steps, colours by step or "
                    "confidence")
        ->check(writable_file());
    command.add_option("--threads", threads, "0: one per core")->capture_default_str();
    add_device_option(command, view.device);
}

void DecodingArguments::prepare() const {
    set_thread_count(threads);
    require(view.milliseconds_per_step >= 0, "--delay: expected a value >= 0, got {}",
            view.milliseconds_per_step);
    // Refused before any work is done
    require_apart(view.html, json);
    require_not_of_run(json, folder);
    require_not_of_run(view.html, folder, "--html");
    is_device(view.device);
    denoise.for_decoding(NoiseSchedule::linear);
}

}  // namespace seed
