// The least that a model's calls can cost: their matrix products alone, at the speed of Eigen's
// product on all threads.
#pragma once

#include <map>

#include "runs/training.h"

namespace seed {

// How many calls had so many rows and so many rows of logits.
using CallCounts = std::map<std::pair<Index, Index>, Index>;

class ProductLimit {
public:
    explicit ProductLimit(const CpuTransformer& model) : model_(model) {}

    // Seconds of the products of all calls. The product with each weight matrix is timed in the
    // order of a call, so that small models find their weights in the processor's cache and large
    // ones do not; once for each number of rows, the best of several tries.
    double seconds(const CallCounts& calls);

private:
    double layers(Index rows);  // of one call
    double head(Index rows);

    const CpuTransformer& model_;
    std::map<Index, double> layers_, head_;  // seconds by rows
};

}  // namespace seed
