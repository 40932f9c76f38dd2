#include "runs/run_folder.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/files.h"
#include "tokenizer/tokenizer_json.h"

namespace seed {
namespace fs = std::filesystem;

Tokenizer load_run_tokenizer(const fs::path& folder, const RunConfig& config) {
    const fs::path file = folder / "tokenizer.json";
    Tokenizer tokenizer = load_tokenizer(file);
    const ModelConfig& model = config.model;
    require(tokenizer.vocab_size() == model.vocab_size && tokenizer.mask_id() == model.mask_token,
            "{}: expected the model's {} tokens with mask {}, got {} with mask {}", file.string(),
            model.vocab_size, model.mask_token, tokenizer.vocab_size(), tokenizer.mask_id());
    return tokenizer;
}

void require_not_of_run(const fs::path& report, const fs::path& folder, const char* option) {
    if (report.empty()) return;
    for (const char* file : {"config.json", "tokenizer.json", "record.jsonl", "model.safetensors",
                             "training.safetensors", "pool.safetensors", "selected.safetensors",
                             "start.safetensors", "best.safetensors"}) {
        // By its place too: a file of the run may not be there yet
        std::error_code none;
        const bool is_same = fs::equivalent(report, folder / file, none) ||
                             fs::weakly_canonical(fs::absolute(report), none) ==
                                 fs::weakly_canonical(fs::absolute(folder / file), none);
        require(!is_same, "{}: expected another file than those of the run, got {}", option,
                report.string());
    }
}

LoadedRun load_run(const fs::path& folder) {
    RunConfig config = load_config(folder);
    Tokenizer tokenizer = load_run_tokenizer(folder, config);
    require(fs::exists(folder / "model.safetensors"),
            "{}: expected a trained model, got a run without a checkpoint; go on with it by "
            "seed train --resume",
            folder.string());
    CpuTransformer model(config.model,
                         read_parameters<Host<float>>(config.model, folder / "model.safetensors"));
    return {std::move(config), std::move(tokenizer), std::move(model)};
}

void require_startable(const fs::path& folder) {
    require(!folder.empty(), "--out: expected a folder, got an empty name");
    for (const char* file : {"config.json", "training.safetensors", "model.safetensors"}) {
        require(!fs::exists(folder / file),
                "{}: expected a folder without a run, got one with {}; use --resume to go on",
                folder.string(), file);
    }
    // What there is of the path must be a folder to write to
    fs::path there = fs::absolute(folder);
    while (!fs::exists(there)) there = there.parent_path();
    const auto require_folder = [&](bool condition, const char* reason) {
        require(condition, "{}: cannot make the folder: {}: {}", folder.string(), there.string(),
                reason);
    };
    require_folder(fs::is_directory(there), std::strerror(ENOTDIR));
    require_folder(::access(there.c_str(), W_OK | X_OK) == 0, std::strerror(errno));
}

void start_run(const fs::path& folder, const RunConfig& config, const Tokenizer& tokenizer) {
    require_startable(folder);
    // The same tokenizer may be there: a kill before config.json was written leaves it behind
    const fs::path tokenizer_file = folder / "tokenizer.json";
    require(
        !fs::exists(tokenizer_file) || read_file(tokenizer_file) == to_tokenizer_json(tokenizer),
        "{}: expected a folder without a run, got one with another tokenizer.json",
        folder.string());
    std::error_code error;
    fs::create_directories(folder, error);
    require(!error, "{}: cannot make the folder: {}", folder.string(), error.message());
    try {
        save_tokenizer(tokenizer_file, tokenizer);
        save_config(folder, config);  // last: a folder with a configuration can be resumed
    } catch (...) {
        discard_unused_run(folder);
        throw;
    }
}

void discard_unused_run(const fs::path& folder) {
    std::error_code ignored;  // what cannot be removed stays
    const fs::path record = folder / "record.jsonl";
    if (fs::exists(record, ignored) && fs::file_size(record, ignored) > 0) return;
    for (const char* file : {"config.json", "tokenizer.json", "record.jsonl"}) {
        fs::remove(folder / file, ignored);
    }
    fs::remove(folder, ignored);  // if it is empty now
}

void branch_run(const fs::path& from, const fs::path& folder, const RunConfig& config) {
    require(!fs::exists(folder / "config.json"), "{}: expected a folder without a run, got one",
            folder.string());
    std::error_code error;
    fs::create_directories(folder, error);
    require(!error, "{}: cannot make the folder: {}", folder.string(), error.message());
    for (const char* file : {"tokenizer.json", "record.jsonl", "training.safetensors"}) {
        write_file_atomically(folder / file, read_file(from / file));
    }
    save_config(folder, config);  // last: a folder with a configuration can be resumed
}

}  // namespace seed
