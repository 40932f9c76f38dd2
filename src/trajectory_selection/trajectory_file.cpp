#include "trajectory_selection/trajectory_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace seed {
namespace {

const std::string format_name = "seed trajectories 1";

}  // namespace

std::string digest_of(std::string_view bytes) {
    return fmt::format("{:016x}", RandomKey{0}.fork(bytes).value);
}

std::string digest_of(const ParameterSet<Host<float>>& parameters) {
    RandomKey digest{0};
    for (const auto& [name, view, decays] : parameters.named()) {
        const std::span<const std::byte> bytes = std::as_bytes(view.span());
        digest =
            digest.fork(std::string_view(name))
                .fork(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    }
    return fmt::format("{:016x}", digest.value);
}

Safetensors to_safetensors(const TrajectoryFile& file) {
    std::vector<std::int32_t> ids, text, reveal;
    std::vector<double> score;
    for (const auto& row : file.ids) ids.insert(ids.end(), row.begin(), row.end());
    for (const Index s : file.text) text.push_back(std::int32_t(s));
    for (const Trajectory& t : file.trajectories) {
        reveal.insert(reveal.end(), t.reveal.begin(), t.reveal.end());
        score.push_back(t.score);
    }
    const auto texts = std::int64_t(file.ids.size()), count = std::int64_t(score.size());
    const auto positions = texts == 0 ? 0 : std::int64_t(file.ids[0].size());
    Safetensors tensors;
    const auto add = [&](const char* name, const auto& values, std::vector<std::int64_t> shape) {
        tensors.tensors[name] = Tensor::from(std::span(values), std::move(shape));
    };
    add("ids", std::as_const(ids), {texts, positions});
    add("text", std::as_const(text), {count});
    add("reveal", std::as_const(reveal), {count, positions});
    add("score", std::as_const(score), {count});
    tensors.metadata = {
        {"format", format_name}, {"model", file.model}, {"tokenizer", file.tokenizer}};
    return tensors;
}

namespace {

std::string metadata(const Safetensors& tensors, const char* name) {
    const auto found = tensors.metadata.find(name);
    require(found != tensors.metadata.end(), "expected \"{}\" in the metadata, got none", name);
    return found->second;
}

template <class T>
std::span<const T> values_of(const Safetensors& tensors, const char* name,
                             const std::vector<std::int64_t>& shape) {
    const Tensor& tensor = tensors.at(name);
    require(tensor.dtype == dtype_of(T{}) && tensor.shape == shape,
            "{}: expected {} of shape ({}), got {} of ({})", name, dtype_name(dtype_of(T{})),
            fmt::join(shape, ", "), dtype_name(tensor.dtype), fmt::join(tensor.shape, ", "));
    return tensor.values<T>();
}

std::pair<std::int64_t, std::int64_t> shape_of(const Safetensors& tensors, const char* name) {
    const Tensor& tensor = tensors.at(name);
    require(tensor.shape.size() == 2, "{}: expected a matrix, got {} dimensions", name,
            tensor.shape.size());
    return {tensor.shape[0], tensor.shape[1]};
}

void read_texts(TrajectoryFile& file, const Safetensors& tensors, Index vocab_size) {
    const auto [texts, positions] = shape_of(tensors, "ids");
    require(texts == 0 || positions >= 1, "ids: expected texts of at least one token, got none");
    const auto ids = values_of<std::int32_t>(tensors, "ids", {texts, positions});
    for (const std::int32_t id : ids) {
        require(id >= 0 && id < vocab_size, "ids: expected tokens in 0 ... {}, got {}",
                vocab_size - 1, id);
    }
    for (std::int64_t s = 0; s < texts; ++s) {
        const auto row = ids.begin() + s * positions;
        file.ids.emplace_back(row, row + positions);
    }
}

void read_steps(TrajectoryFile& file, const Safetensors& tensors) {
    const std::int64_t texts = std::int64_t(file.ids.size());
    const auto [count, positions] = shape_of(tensors, "reveal");
    const std::int64_t length = texts == 0 ? positions : std::int64_t(file.ids[0].size());
    require(positions == length, "reveal: expected rows of {} tokens, got {}", length, positions);
    const auto text = values_of<std::int32_t>(tensors, "text", {count});
    const auto score = values_of<double>(tensors, "score", {count});
    const auto reveal = values_of<std::int32_t>(tensors, "reveal", {count, positions});
    require(std::is_sorted(text.begin(), text.end()),
            "text: expected ascending numbers, got others");
    for (std::int64_t p = 0; p < count; ++p) {
        require(text[p] >= 0 && text[p] < texts, "text: expected 0 ... {}, got {}", texts - 1,
                text[p]);
        const auto row = reveal.begin() + p * positions;
        // A sum of logarithms of probabilities, but for what rounding does
        require(std::isnan(score[p]) || (std::isfinite(score[p]) && score[p] <= 1e-6),
                "score: expected NaN or nats, at most 0, got {}", score[p]);
        Trajectory trajectory{{row, row + positions}, 0, score[p]};
        for (const std::int32_t step : trajectory.reveal) {
            require(step < positions, "reveal, row {}: expected steps below {}, got {}", p,
                    positions, step);
            trajectory.steps = std::max<Index>(trajectory.steps, step + 1);
        }
        check_trajectory(trajectory, fmt::format("reveal, row {}", p));
        file.text.push_back(text[p]);
        file.trajectories.push_back(std::move(trajectory));
    }
}

}  // namespace

TrajectoryFile read_trajectories(const std::filesystem::path& path, Index vocab_size) {
    const Safetensors tensors = read_safetensors(path);
    TrajectoryFile file;
    try {
        const std::string format = metadata(tensors, "format");
        require(format == format_name, "expected a file of \"{}\", got \"{}\"", format_name,
                format);
        file.model = metadata(tensors, "model");
        file.tokenizer = metadata(tensors, "tokenizer");
        read_texts(file, tensors, vocab_size);
        read_steps(file, tensors);
    } catch (const Error& error) {
        fail("{}: {}", path.string(), error.what());
    }
    return file;
}

void check_trajectories_of(const TrajectoryFile& file, const std::filesystem::path& path,
                           const std::string& model, const std::string& tokenizer,
                           Index positions) {
    const std::string name = path.string();
    require(file.tokenizer == tokenizer,
            "{}: expected trajectories of the tokenizer {}, got those of {}", name, tokenizer,
            file.tokenizer);
    require(file.model == model, "{}: expected trajectories of the model {}, got those of {}", name,
            model, file.model);
    require(!file.trajectories.empty(), "{}: expected a trajectory, got an empty pool", name);
    require(Index(file.ids[0].size()) == positions,
            "{}: expected trajectories on a canvas of {} tokens, got {}", name, positions,
            file.ids[0].size());
}

}  // namespace seed
