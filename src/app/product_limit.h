// The least that a model's calls can cost: their matrix products alone, by the better of two
// products: ours for few rows (transformer/few_rows.h), and Eigen's on all threads.
#pragma once

#include <map>

#include "runs/training.h"

namespace seed {

// How many calls had so many rows and so many rows of logits.
using CallCounts = std::map<std::pair<Index, Index>, Index>;

struct ProductSeconds {
    double few_rows = 0, eigen = 0;
    double best() const { return std::min(few_rows, eigen); }
};

class ProductLimit {
public:
    explicit ProductLimit(const CpuTransformer& model) : model_(model) {}

    // Seconds of the products of all calls. The product with each weight matrix is timed in the
    // order of a call, so that small models find their weights in the processor's cache and large
    // ones do not; once for each number of rows, the best of several tries.
    double seconds(const CallCounts& calls);

    // Of one call with so many rows, all of which want logits, by either product.
    ProductSeconds of_call(Index rows);

private:
    ProductSeconds layers(Index rows);
    ProductSeconds head(Index rows);

    const CpuTransformer& model_;
    std::map<Index, ProductSeconds> layers_, head_;  // by rows
};

}  // namespace seed
