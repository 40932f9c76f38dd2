// A fixed sequence of launches that is started as a whole: a CUDA graph. A small kernel takes less
// time than the host needs to launch it; a graph costs the host one call, however many there are.
#pragma once

#include <functional>
#include <memory>

namespace seed {

class LaunchGraph {
public:
    // `launches` runs once, and what it launches is noted down and not run: kernels, shapes and
    // arguments as they are now. Throws Error where it asks anything else of the device: memory,
    // copies, an answer.
    explicit LaunchGraph(const std::function<void()>& launches);
    ~LaunchGraph();

    // Runs the launches, in their order. A copy to the host that follows waits for them.
    void play() const;

private:
    struct Handles;
    std::unique_ptr<Handles> handles_;
};

}  // namespace seed
